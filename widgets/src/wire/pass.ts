/** The viewer's pass: asked for once, kept by the browser, so that a viewer stays the same one over pages and visits. */
import type { Api } from "./api.js";
import { WireError } from "./errors.js";
import { type Drawer, browserDrawer } from "./keys.js";
import type { AskPass, Pass } from "./protocol.gen.js";

export interface PassOptions {
  api: Api;
  stream: string;
  preview?: boolean;
  drawer?: Drawer;
  now?: () => number;
}

/** A pass that ends sooner than this is renewed before it is used. */
const MARGIN_MS = 60_000;

export class PassBook {
  readonly #options: PassOptions;
  readonly #drawer: Drawer;
  readonly #now: () => number;
  #current: Pass | undefined;
  #asking: Promise<Pass> | undefined;

  constructor(options: PassOptions) {
    this.#options = options;
    this.#drawer = options.drawer ?? browserDrawer("localStorage");
    this.#now = options.now ?? Date.now;
  }

  get current(): Pass | undefined {
    return this.#current;
  }

  /** A living pass; `renew` when the server no longer takes the one we have. @throws WireError */
  get(renew = false): Promise<Pass> {
    const living = this.#current;
    if (!renew && living !== undefined && living.expires_at - this.#now() > MARGIN_MS) {
      return Promise.resolve(living);
    }
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #ask(): Promise<Pass> {
    const { api, stream, preview = false } = this.#options;
    const path = `/api/v1/streams/${encodeURIComponent(stream)}/pass`;
    const earlier = this.#current?.token ?? (preview ? null : this.#drawer.get(this.#name));
    const ask = (token: string | null): Promise<Pass> => {
      const body: AskPass = preview ? { preview } : {};
      if (token !== null) body.token = token;
      return api.post<Pass>(path, body);
    };
    let pass: Pass;
    try {
      pass = await ask(earlier);
    } catch (thrown) {
      // A pass that the server forgot or that expired is no reason to shut the viewer out.
      const refused = thrown instanceof WireError && /^(auth\.|request\.)/.test(thrown.code);
      if (!refused || earlier === null) throw thrown;
      pass = await ask(null);
    }
    this.#current = pass;
    if (!preview) this.#drawer.set(this.#name, pass.token);
    return pass;
  }

  get #name(): string {
    return `proofcast:pass:${this.#options.api.base}`;
  }
}
