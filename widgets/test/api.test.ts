import assert from "node:assert/strict";
import { test } from "node:test";

import { Api } from "../src/wire/api.js";
import { WireError } from "../src/wire/errors.js";
import { memoryDrawer, newKey } from "../src/wire/keys.js";
import { PassBook } from "../src/wire/pass.js";

type Call = { url: string; init: RequestInit };

function api(answer: (call: Call) => Response | Promise<Response>, timeout = 1_000): { api: Api; calls: Call[] } {
  const calls: Call[] = [];
  const fake = (async (url: string, init: RequestInit) => {
    calls.push({ url, init });
    return answer({ url, init });
  }) as unknown as typeof fetch;
  return { api: new Api({ base: "https://shop.example/", fetch: fake, timeout }), calls };
}

const json = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status });

async function failure(asked: Promise<unknown>): Promise<WireError> {
  try {
    await asked;
  } catch (thrown) {
    assert.ok(thrown instanceof WireError);
    return thrown;
  }
  throw new Error("it did not fail");
}

test("sends JSON and a pass, and gives back the answer", async () => {
  const { api: client, calls } = api(() => json(200, { ok: 1 }));
  assert.deepEqual(await client.post("/api/x", { a: 1 }, { token: "t" }), { ok: 1 });
  assert.equal(calls[0]?.url, "https://shop.example/api/x");
  assert.equal(calls[0]?.init.body, '{"a":1}');
  assert.equal((calls[0]?.init.headers as Record<string, string>)["Authorization"], "Bearer t");
});

test("a GET carries no body and no content type, so it needs no preflight", async () => {
  const { api: client, calls } = api(() => json(200, {}));
  await client.get("/api/x");
  assert.equal(calls[0]?.init.body, undefined);
  assert.deepEqual(calls[0]?.init.headers, { Accept: "application/json" });
});

test("the server's error comes through whole", async () => {
  const error = { code: "stock.limit", message: "no", retryable: false, details: { limit: 2 } };
  const { api: client } = api(() => json(409, { error }));
  const thrown = await failure(client.get("/api/x"));
  assert.equal(thrown.code, "stock.limit");
  assert.equal(thrown.status, 409);
  assert.equal(thrown.retryable, false);
  assert.deepEqual(thrown.details, { limit: 2 });
});

test("an answer that is no answer of ours is coded, and retryable when it is a 5xx", async () => {
  const proxy = await failure(api(() => new Response("<html>Bad gateway", { status: 502 })).api.get("/api/x"));
  assert.deepEqual([proxy.code, proxy.retryable, proxy.status], ["answer.invalid", true, 502]);
  const odd = await failure(api(() => new Response("<html>", { status: 404 })).api.get("/api/x"));
  assert.deepEqual([odd.code, odd.retryable], ["answer.invalid", false]);
  const half = await failure(api(() => new Response('{"half', { status: 200 })).api.get("/api/x"));
  assert.equal(half.code, "answer.invalid");
});

test("no network and no answer are retryable, each by its own code", async () => {
  const gone = await failure(
    api(() => {
      throw new TypeError("Failed to fetch");
    }).api.get("/api/x"),
  );
  assert.deepEqual([gone.code, gone.retryable], ["network", true]);
  const never = ({ init }: Call): Promise<Response> =>
    new Promise((_done, fail) => init.signal?.addEventListener("abort", () => fail(init.signal?.reason as Error)));
  const late = await failure(api(never, 5).api.get("/api/x"));
  assert.deepEqual([late.code, late.retryable], ["timeout", true]);
});

test("a pass is asked for once, kept, and shown again so that the viewer stays the same", async () => {
  const drawer = memoryDrawer();
  const bodies: unknown[] = [];
  const { api: client } = api(({ init }) => {
    bodies.push(JSON.parse(String(init.body)));
    return json(200, { token: `t${bodies.length}`, viewer: "v", expires_at: 1_000_000 });
  });
  const book = new PassBook({ api: client, stream: "st", drawer, now: () => 0 });
  const [one, two] = await Promise.all([book.get(), book.get()]);
  assert.equal(one.token, two.token);
  assert.equal((await book.get()).token, "t1");
  assert.equal((await book.get(true)).token, "t2");
  const later = new PassBook({ api: client, stream: "other", drawer, now: () => 0 });
  await later.get();
  assert.deepEqual(bodies, [{}, { token: "t1" }, { token: "t2" }]);
});

test("a pass that the server no longer takes does not shut the viewer out", async () => {
  const drawer = memoryDrawer();
  drawer.set("proofcast:pass:https://shop.example", "forged");
  const { api: client, calls } = api(({ init }) => {
    if (String(init.body).includes("forged")) {
      return json(401, { error: { code: "auth.required", message: "", retryable: false, details: {} } });
    }
    return json(200, { token: "new", viewer: "v", expires_at: 1e15 });
  });
  const book = new PassBook({ api: client, stream: "st", drawer });
  assert.equal((await book.get()).token, "new");
  assert.equal(calls.length, 2);
});

test("a pass about to end is renewed; a refusal of the page is not retried", async () => {
  let now = 0;
  const { api: client, calls } = api(() => json(200, { token: "t", viewer: "v", expires_at: 100_000 }));
  const book = new PassBook({ api: client, stream: "st", drawer: memoryDrawer(), now: () => now });
  await book.get();
  now = 50_000;
  await book.get();
  assert.equal(calls.length, 2);
  const refused = api(() =>
    json(403, { error: { code: "embed.origin_not_allowed", message: "", retryable: false, details: {} } }),
  );
  const shut = new PassBook({ api: refused.api, stream: "st", drawer: memoryDrawer() });
  assert.equal((await failure(shut.get())).code, "embed.origin_not_allowed");
  assert.equal(refused.calls.length, 1);
});

test("keys fit the server's pattern and do not repeat", () => {
  const keys = new Set(Array.from({ length: 500 }, () => newKey("hold")));
  assert.equal(keys.size, 500);
  for (const key of keys) assert.match(key, /^[A-Za-z0-9_-]{8,64}$/);
});
