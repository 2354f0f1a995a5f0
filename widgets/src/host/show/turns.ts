/** Starting and ending a show: what is asked before, in words that say what will happen. */
import type { Question } from "../ui/ask.js";
import type { Show } from "./state.js";

interface Turn {
  question: (show: Show) => Question;
  deed: "go" | "end";
}

function start(show: Show): Question {
  const first = show.next;
  return {
    title: "Go live now?",
    words: `Everyone with the link sees “${show.stream.title}” at once${first ? `. First in your run of show: ${first.name}` : ""}.`,
    yes: "Go live",
  };
}

function end(show: Show): Question {
  const held = show.numbers?.held ?? 0;
  const holding =
    held > 0
      ? ` ${held === 1 ? "One unit is" : `${held} units are`} held right now; whoever holds may still pay until the deadline.`
      : "";
  return {
    title: "End the show?",
    words: `The stream stops for everyone and can't be started again.${holding}`,
    yes: "End show",
    no: "Go on",
    final: true,
  };
}

export const turns: Record<"start" | "end", Turn> = {
  start: { question: start, deed: "go" },
  end: { question: end, deed: "end" },
};
