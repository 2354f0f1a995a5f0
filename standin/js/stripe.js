// `Stripe(key)`, with those of Stripe.js's functions that a card payment needs, and their shapes.

function elementsOf(options = {}) {
  const made = new Map();
  const settings = { ...options };
  return {
    _settings: settings,
    create(type, elementOptions) {
      if (!['card', 'payment', 'expressCheckout'].includes(type)) {
        throw new Error(`This stand-in has no element of the type ${type}.`);
      }
      if (made.has(type)) throw new Error(`Can only create one Element of type ${type}.`);
      const Kind = type === 'expressCheckout' ? ExpressElement : CardElement;
      const element = new Kind(type, elementOptions, settings.appearance);
      element._gone = () => made.delete(type);
      made.set(type, element);
      return element;
    },
    getElement: (type) => made.get(typeof type === 'string' ? type : 'card') ?? null,
    update(changed) {
      Object.assign(settings, changed);
      for (const element of made.values()) {
        element._appearance = settings.appearance ?? {};
        element.update({});
      }
    },
    fetchUpdates: async () => ({}),
    async submit() {
      const card = made.get('payment') ?? made.get('card');
      if (!card) throw new Error('There is no Payment Element to submit.');
      const { error } = card._read();
      return error ? { error } : { selectedPaymentMethod: 'card' };
    },
    _card: () => made.get('payment') ?? made.get('card'),
  };
}

function makeStripe(key, _options) {
  if (typeof key !== 'string' || !key.startsWith('pk_')) {
    throw new Error('Stripe() needs a publishable key, which starts with pk_.');
  }

  const retrieve = async (clientSecret) => {
    const answer = await call('GET', intentOf(clientSecret), key, { client_secret: clientSecret });
    return answer.error ? { error: answer.error } : { paymentIntent: answer.ok };
  };

  /** The bank's page when it is asked for; then the end of it. */
  const finish = async (clientSecret, intent) => {
    if (intent.status !== 'requires_action') return { paymentIntent: intent };
    const success = await authenticate(intent);
    const path = `${intentOf(clientSecret)}/_authenticate`;
    const answer = await call('POST', path, key, { client_secret: clientSecret, success });
    if (answer.error) return { error: answer.error };
    const after = answer.ok;
    if (after.status === 'requires_payment_method') {
      return { error: { ...after.last_payment_error, payment_intent: after } };
    }
    return { paymentIntent: after };
  };

  const confirm = async (clientSecret, method, more, handle = true) => {
    const params = { ...more, client_secret: clientSecret, use_stripe_sdk: true };
    if (typeof method === 'string') {
      params.payment_method = method;
    } else if (method) {
      const read = method.element._read();
      if (read.error) return { error: read.error };
      params.payment_method_data = { type: 'card', card: read.card, billing_details: method.billing };
    }
    const answer = await call('POST', `${intentOf(clientSecret)}/confirm`, key, params);
    if (answer.error) return { error: answer.error };
    return handle ? finish(clientSecret, answer.ok) : { paymentIntent: answer.ok };
  };

  const nextAction = async (clientSecret) => {
    const found = await retrieve(clientSecret);
    return found.error ? found : finish(clientSecret, found.paymentIntent);
  };

  return {
    elements: elementsOf,
    retrievePaymentIntent: retrieve,
    handleCardAction: nextAction,
    handleNextAction: ({ clientSecret }) => nextAction(clientSecret),

    async confirmCardPayment(clientSecret, data = {}, options = {}) {
      const { payment_method: method, return_url: _unused, ...more } = data;
      const chosen = method && typeof method === 'object'
        ? { element: method.card, billing: method.billing_details }
        : method;
      return confirm(clientSecret, chosen, more, options.handleActions !== false);
    },

    async confirmPayment({ elements, clientSecret, confirmParams = {}, redirect = 'always' }) {
      const secret = clientSecret ?? elements?._settings.clientSecret;
      const { payment_method: method, payment_method_data: data, return_url: back, ...more } = confirmParams;
      const chosen = method ?? { element: elements._card(), billing: data?.billing_details };
      const result = await confirm(secret, chosen, more);
      if (result.error || redirect === 'if_required') return result;
      const url = new URL(back);
      url.searchParams.set('payment_intent', result.paymentIntent.id);
      url.searchParams.set('payment_intent_client_secret', secret);
      url.searchParams.set('redirect_status', 'succeeded');
      window.location.assign(url);
      return new Promise(() => {});
    },

    async createPaymentMethod({ type, card, billing_details: billing, elements, params } = {}) {
      const element = elements ? elements._card() : card;
      if (!elements && type !== 'card') throw new Error('This stand-in makes payment methods of type card.');
      const read = element._read();
      if (read.error) return { error: read.error };
      const details = billing ?? params?.billing_details;
      const body = { type: 'card', card: read.card, billing_details: details };
      const answer = await call('POST', '/v1/payment_methods', key, body);
      return answer.error ? { error: answer.error } : { paymentMethod: answer.ok };
    },

    registerAppInfo() {},
    _registerWrapper() {},
  };
}

makeStripe.version = 3;
window.Stripe = makeStripe;
