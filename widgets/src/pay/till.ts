/** The questions that the pay page asks our server. */
import { Api } from "../wire/api.js";
import type { Checkout, OrderView, Priced, SetDetails } from "../wire/protocol.gen.js";

export class Till {
  readonly #api = new Api({ base: "" });
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  /** The same hold asked twice is the same order and the same payment; the e-mail joins it the second time. */
  checkout(hold: string, email: string | undefined): Promise<Checkout> {
    const body = email === undefined ? { hold } : { hold, email };
    return this.#api.post<Checkout>("/api/v1/checkouts", body, { token: this.#token });
  }

  details(order: string, details: SetDetails): Promise<Priced> {
    return this.#api.post<Priced>(`/api/v1/orders/${encodeURIComponent(order)}/details`, details, { token: this.#token });
  }

  order(id: string): Promise<OrderView> {
    return this.#api.get<OrderView>(`/api/v1/orders/${encodeURIComponent(id)}`, { token: this.#token });
  }
}
