// The API, over the origin that this script came from.

const HERE = new URL(document.currentScript.src).origin;

/** Stripe's form encoding: {a: {b: 1}} -> a[b]=1. What is null or undefined is left out. */
function encode(value, name = '', into = new URLSearchParams()) {
  if (value === null || value === undefined) return into;
  if (typeof value !== 'object') {
    into.append(name, String(value));
    return into;
  }
  for (const [key, inner] of Object.entries(value)) encode(inner, name ? `${name}[${key}]` : key, into);
  return into;
}

const OFFLINE = {
  type: 'api_connection_error',
  message: 'The payment service can\u2019t be reached. Please check your connection and try again.',
};

/** {ok} with the object, or {error} as Stripe.js gives it. Never throws. */
async function call(method, path, key, params = {}) {
  const form = encode({ ...params, key });
  const url = `${HERE}${path}${method === 'GET' ? `?${form}` : ''}`;
  try {
    const response = await fetch(url, {
      method,
      body: method === 'GET' ? undefined : form,
      credentials: 'omit',
      cache: 'no-store',
    });
    const body = await response.json();
    if (response.ok) return { ok: body };
    return { error: body.error ?? { type: 'api_error', message: 'Something went wrong.' } };
  } catch {
    return { error: { ...OFFLINE } };
  }
}

function intentOf(clientSecret) {
  const match = /^(pi_[A-Za-z0-9]+)_secret_[A-Za-z0-9]+$/.exec(String(clientSecret));
  if (!match) throw new Error(`Invalid value for the client secret: ${clientSecret}`);
  return `/v1/payment_intents/${match[1]}`;
}
