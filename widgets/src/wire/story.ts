/**
 * The story lane: what the room shows, as a pure function of a snapshot and the events after it. Applying the events
 * since `seq` to the state at `seq` equals a fresh snapshot; widgets/test holds this file to it.
 */
import type {
  Missed,
  PinHidden,
  PinShown,
  PinsOrdered,
  PollClosed,
  PollHidden,
  PollOpened,
  ServerEvents,
  Snapshot,
  StreamChanged,
} from "./protocol.gen.js";

export const STORY = [
  "stream.changed",
  "pin.shown",
  "pin.hidden",
  "pins.ordered",
  "poll.opened",
  "poll.closed",
  "poll.hidden",
] as const;
export type StoryName = (typeof STORY)[number];

export interface StoryEvent {
  name: StoryName;
  data: ServerEvents[StoryName];
}

/** `undefined` for an event that this client does not know: a newer server may send one. It still counts in `seq`. */
export function storyEvent(missed: Missed): StoryEvent | undefined {
  const name = STORY.find((known) => known === missed.event);
  return name === undefined ? undefined : { name, data: missed.data as ServerEvents[StoryName] };
}

/** The state after one event. The event's seq and epoch are taken over; the given state is not changed. */
export function applyStory(state: Snapshot, event: StoryEvent): Snapshot {
  const { epoch, seq } = event.data;
  const next = { ...state, epoch, seq };
  switch (event.name) {
    case "stream.changed": {
      const { view } = event.data as StreamChanged;
      return view.state === "ended" ? { ...next, stream: view, pins: [], poll: null } : { ...next, stream: view };
    }
    case "pin.shown": {
      const { pin, place } = event.data as PinShown;
      const pins = state.pins.filter((one) => one.id !== pin.id);
      pins.splice(Math.max(0, Math.min(place, pins.length)), 0, pin);
      return { ...next, pins };
    }
    case "pin.hidden": {
      const { pin } = event.data as PinHidden;
      return { ...next, pins: state.pins.filter((one) => one.id !== pin) };
    }
    case "pins.ordered": {
      const { pins: order } = event.data as PinsOrdered;
      const place = (id: string): number => {
        const at = order.indexOf(id);
        return at === -1 ? order.length : at;
      };
      return { ...next, pins: [...state.pins].sort((a, b) => place(a.id) - place(b.id)) };
    }
    case "poll.opened":
      return { ...next, poll: (event.data as PollOpened).poll };
    case "poll.closed": {
      const { poll } = event.data as PollClosed;
      return state.poll?.id === poll.id ? { ...next, poll } : next;
    }
    case "poll.hidden": {
      const { poll } = event.data as PollHidden;
      return state.poll?.id === poll ? { ...next, poll: null } : next;
    }
  }
}
