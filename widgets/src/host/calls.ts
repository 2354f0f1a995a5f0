/** The host's side of the HTTP API, one method per call. Everything that may safely be repeated is repeated. */
import type { Api, Method } from "../wire/api.js";
import { WireError } from "../wire/errors.js";
import { newKey } from "../wire/keys.js";
import type {
  ChangeShop,
  ChangeStream,
  CreateProduct,
  CreateStream,
  LineUp,
  Pass,
  PinList,
  ProductView,
  Report,
  Room,
  ShopDelivery,
  ShopView,
  StaffView,
  StreamList,
  StreamView,
} from "../wire/protocol.gen.js";
import { ChatCalls } from "./chat/calls.js";
import { PollCalls } from "./polls/calls.js";

/** One call, tried thrice. */
export type Send = <T>(method: Method, path: string, body?: unknown) => Promise<T>;

export interface VariantStock {
  stocked: number;
  available: number;
  held: number;
  sold: number;
}

export interface StockBook {
  epoch: string;
  seq: number;
  variants: Record<string, VariantStock>;
}

export interface Products {
  products: ProductView[];
  stock: StockBook;
}

const PAUSES_MS = [400, 1200];

/** What may pass within a second or two. A full rate limit won't, and a list that others changed must be read anew. */
const PASSING = new Set(["network", "timeout", "unavailable", "stream.busy", "conflict"]);

function mayRepeat(error: unknown): boolean {
  return error instanceof WireError && error.retryable && (PASSING.has(error.code) || error.status >= 500);
}

export class HostCalls {
  readonly base: string;
  readonly polls: PollCalls;
  readonly chat: ChatCalls;
  readonly #api: Api;

  /** `base`: where the watch page lives, for links that travel. */
  constructor(api: Api, base: string) {
    this.#api = api;
    this.base = base;
    const send: Send = (method, path, body) => this.#repeating(method, path, body);
    this.polls = new PollCalls(send);
    this.chat = new ChatCalls(send);
  }

  #send<T>(method: Method, path: string, body?: unknown): Promise<T> {
    return this.#api.send<T>(method, path, body === undefined ? {} : { body });
  }

  /** Tries thrice. The body, and the key in it, stay the same, so a call that did arrive changes nothing again. */
  async #repeating<T>(method: Method, path: string, body?: unknown): Promise<T> {
    for (const pause of PAUSES_MS) {
      try {
        return await this.#send<T>(method, path, body);
      } catch (error) {
        if (!mayRepeat(error)) throw error;
        await new Promise((done) => setTimeout(done, pause));
      }
    }
    return this.#send<T>(method, path, body);
  }

  signIn = (email: string, password: string): Promise<StaffView> =>
    this.#send("POST", "/api/v1/session", { email, password });
  signOut = (): Promise<unknown> => this.#send("DELETE", "/api/v1/session");
  staff = (): Promise<StaffView> => this.#repeating("GET", "/api/v1/session");
  socketPass = (): Promise<Pass> => this.#repeating("POST", "/api/v1/host/socket-pass");

  shop = (): Promise<ShopView> => this.#repeating("GET", "/api/v1/host/shop");
  changeShop = (change: ChangeShop): Promise<ShopView> => this.#repeating("PATCH", "/api/v1/host/shop", change);

  delivery = (): Promise<ShopDelivery> => this.#repeating("GET", "/api/v1/host/delivery");
  changeDelivery = (delivery: ShopDelivery): Promise<ShopDelivery> =>
    this.#repeating("PUT", "/api/v1/host/delivery", delivery);

  streams = (): Promise<StreamList> => this.#repeating("GET", "/api/v1/host/streams");
  createStream = (made: CreateStream): Promise<StreamView> =>
    this.#repeating("POST", "/api/v1/host/streams", { ...made, key: newKey("stream") });
  changeStream = (stream: string, change: ChangeStream): Promise<StreamView> =>
    this.#repeating("PATCH", `/api/v1/host/streams/${stream}`, change);
  start = (stream: string): Promise<StreamView> => this.#repeating("POST", `/api/v1/host/streams/${stream}/start`);
  end = (stream: string): Promise<StreamView> => this.#repeating("POST", `/api/v1/host/streams/${stream}/end`);
  async stream(stream: string): Promise<StreamView> {
    return (await this.#repeating<Room>("GET", `/api/v1/streams/${stream}/room`)).snapshot.stream;
  }

  lineUp = (stream: string): Promise<LineUp> => this.#repeating("GET", `/api/v1/host/streams/${stream}/line-up`);
  setLineUp = (stream: string, products: string[]): Promise<LineUp> =>
    this.#repeating("PUT", `/api/v1/host/streams/${stream}/line-up`, { products });

  pins = (stream: string): Promise<PinList> => this.#repeating("GET", `/api/v1/host/streams/${stream}/pins`);
  showPin = (stream: string, product: string, key: string, place: number): Promise<PinList> =>
    this.#repeating("POST", `/api/v1/host/streams/${stream}/pins`, { product, key, place });
  hidePin = (stream: string, pin: string): Promise<PinList> =>
    this.#repeating("DELETE", `/api/v1/host/streams/${stream}/pins/${pin}`);
  orderPins = (stream: string, pins: string[]): Promise<PinList> =>
    this.#repeating("PUT", `/api/v1/host/streams/${stream}/pins`, { pins });

  products = (): Promise<Products> => this.#repeating("GET", "/api/v1/host/products");
  createProduct = (made: CreateProduct): Promise<ProductView> =>
    this.#repeating("POST", "/api/v1/host/products", { ...made, key: newKey("product") });
  setStock = (variant: string, stocked: number): Promise<unknown> =>
    this.#repeating("PUT", `/api/v1/host/variants/${variant}/stock`, { stocked });

  report = (stream: string): Promise<Report> => this.#repeating("GET", `/api/v1/host/streams/${stream}/report`);
  csvAddress = (stream: string): string => `/api/v1/host/streams/${stream}/report.csv`;

  watchAddress = (stream: string): string => `${this.base}/watch/${stream}`;
  embedCode = (stream: string): string =>
    `<script src="${this.base}/embed.js" async></script>\n<proofcast-stream stream="${stream}"></proofcast-stream>`;
}
