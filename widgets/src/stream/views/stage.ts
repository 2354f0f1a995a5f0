/** What the views of a stream read and call: the element implements it, so the views know nothing of the wire. */
import type { Line } from "../../wire/client.js";
import type { WireError } from "../../wire/errors.js";
import type { PinView, StreamView, VariantView } from "../../wire/protocol.gen.js";
import type { HoldState } from "../holding.js";
import type { InLine } from "../in_line.js";
import type { Narrator } from "../narrator.js";
import type { Player } from "../picture/player.js";
import type { Session } from "../session.js";
import type { PaySheet } from "../sheet.js";
import type { ChatSide } from "../side.js";
import type { Voting } from "../voting.js";

export interface Notice {
  kind: "bad" | "info" | "good";
  words: string;
}

export interface Stage {
  readonly stream: StreamView | undefined;
  readonly poster: string | undefined;
  readonly preview: boolean;
  readonly line: Line;
  readonly failure: WireError | undefined;
  readonly player: Player;
  readonly sheet: PaySheet;
  readonly voting: Voting;
  readonly side: ChatSide;
  readonly inLine: InLine;
  readonly session: Session;
  readonly narrator: Narrator;
  /** The poll is shown at full size, and not as a pill. */
  readonly pollOpen: boolean;
  readonly hold: HoldState;
  /** ms until the hold's deadline. */
  readonly holdLeft: number;
  /** The pin in front, and the others. */
  readonly front: PinView | undefined;
  readonly others: readonly PinView[];
  /** The hold, or what became of it, is shown in place of a pin. */
  readonly holdInFront: boolean;
  readonly collapsed: boolean;
  readonly notice: Notice | undefined;
  readonly serverNow: number;

  left(variant: string): number | undefined;
  chosen(pin: PinView): VariantView | undefined;
  choose(pin: PinView, variant: string): void;
  bringFront(pin: string): void;
  collapse(yes: boolean): void;
  buy(): void;
  wait(): void;
  frontHold(hold: string): void;
  pay(): void;
  moreTime(): void;
  retry(): void;
  resolve(address: string | null): string | undefined;
}
