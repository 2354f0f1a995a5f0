/** A stream's polls over HTTP. Every call may safely be repeated. */
import type { Empty, HostPoll, PollDraft, PollList } from "../../wire/protocol.gen.js";
import type { Send } from "../calls.js";

export class PollCalls {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  list = (stream: string): Promise<PollList> => this.#send("GET", this.#path(stream));
  create = (stream: string, draft: PollDraft): Promise<HostPoll> => this.#send("POST", this.#path(stream), draft);
  change = (stream: string, poll: string, draft: PollDraft): Promise<HostPoll> =>
    this.#send("PUT", `${this.#path(stream)}/${poll}`, draft);
  remove = (stream: string, poll: string): Promise<Empty> => this.#send("DELETE", `${this.#path(stream)}/${poll}`);
  turn = (stream: string, poll: string, to: "open" | "close" | "hide"): Promise<HostPoll> =>
    this.#send("POST", `${this.#path(stream)}/${poll}/${to}`);

  #path(stream: string): string {
    return `/api/v1/host/streams/${stream}/polls`;
  }
}
