/** Chat and moderation over HTTP. Every call may safely be repeated. */
import type {
  ChangeChat,
  ChatAudit,
  Empty,
  HostChat,
  HostSays,
  Restrain,
  RestrainedList,
  Spoken,
} from "../../wire/protocol.gen.js";
import type { Send } from "../calls.js";

const PEOPLE = "/api/v1/host/chat/people";

export class ChatCalls {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  read = (stream: string): Promise<HostChat> => this.#send("GET", this.#path(stream));
  say = (stream: string, said: HostSays): Promise<Spoken> => this.#send("POST", `${this.#path(stream)}/messages`, said);
  remove = (stream: string, message: string): Promise<Empty> =>
    this.#send("DELETE", `${this.#path(stream)}/messages/${message}`);
  approve = (stream: string, message: string): Promise<unknown> =>
    this.#send("POST", `${this.#path(stream)}/messages/${message}/approve`);
  pin = (stream: string, message: string | null): Promise<unknown> =>
    this.#send("PUT", `${this.#path(stream)}/pinned`, { message });
  answer = (stream: string, question: string, answered: boolean): Promise<unknown> =>
    this.#send("PUT", `${this.#path(stream)}/questions/${question}`, { answered });
  change = (stream: string, change: ChangeChat): Promise<unknown> => this.#send("PATCH", this.#path(stream), change);

  restrain = (person: string, how: Restrain): Promise<unknown> => this.#send("PUT", `${PEOPLE}/${person}`, how);
  people = (): Promise<RestrainedList> => this.#send("GET", PEOPLE);
  audit = (): Promise<ChatAudit> => this.#send("GET", "/api/v1/host/chat/audit");

  #path(stream: string): string {
    return `/api/v1/host/streams/${stream}/chat`;
  }
}
