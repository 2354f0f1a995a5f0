/**
 * Dragging one row of a list to another place by its handle: mouse, pen and touch alike. The rows only move by
 * transform until they are let go; Escape puts them back. The keyboard's way is the caller's.
 */
const SLACK_PX = 4;
const EDGE_PX = 48;
const SCROLL_PX = 8;

export interface DragParts {
  rows: () => HTMLElement[];
  scroller: () => HTMLElement | null;
  move: (from: number, to: number) => void;
  /** A tap on the handle that moved nothing. */
  tap: (index: number) => void;
}

/** The place that row `from` has when its middle is at `middle`, among rows with the given boxes. */
export function placeFor(middle: number, from: number, boxes: readonly { top: number; height: number }[]): number {
  let place = 0;
  boxes.forEach((box, index) => {
    if (index !== from && middle > box.top + box.height / 2) place += 1;
  });
  return place;
}

export function startDrag(event: PointerEvent, from: number, parts: DragParts): void {
  if (event.button !== 0) return;
  const rows = parts.rows();
  const row = rows[from];
  const handle = event.currentTarget as HTMLElement;
  if (!row) return;
  const scroller = parts.scroller();
  const startScroll = scroller?.scrollTop ?? 0;
  const boxes = rows.map((one) => one.getBoundingClientRect());
  const own = boxes[from] as DOMRect;
  let [pointer, to, dragging, frame] = [event.clientY, from, false, 0];

  const draw = (): void => {
    const way = pointer - event.clientY + (scroller?.scrollTop ?? 0) - startScroll;
    if (!dragging && Math.abs(way) < SLACK_PX) return;
    if (!dragging) rows.forEach((one) => one.toggleAttribute("data-shifting", one !== row));
    dragging = true;
    row.toggleAttribute("data-dragged", true);
    row.style.transform = `translateY(${way}px)`;
    to = placeFor(own.top + own.height / 2 + way, from, boxes);
    rows.forEach((one, index) => {
      if (one === row) return;
      const up = index > from && index <= to;
      const down = index < from && index >= to;
      one.style.transform = up ? `translateY(${-own.height}px)` : down ? `translateY(${own.height}px)` : "";
    });
  };
  const scroll = (): void => {
    frame = requestAnimationFrame(scroll);
    const box = scroller?.getBoundingClientRect();
    if (!scroller || !box || !dragging) return;
    if (pointer < box.top + EDGE_PX) scroller.scrollTop -= SCROLL_PX;
    else if (pointer > box.bottom - EDGE_PX) scroller.scrollTop += SCROLL_PX;
    else return;
    draw();
  };
  const finish = (keep: boolean): void => {
    cancelAnimationFrame(frame);
    listeners.abort();
    for (const one of rows) {
      one.style.transform = "";
      one.removeAttribute("data-shifting");
      one.removeAttribute("data-dragged");
    }
    if (!keep) return;
    if (!dragging) parts.tap(from);
    else if (to !== from) parts.move(from, to);
  };

  const listeners = new AbortController();
  const { signal } = listeners;
  handle.setPointerCapture(event.pointerId);
  handle.addEventListener("pointermove", (next) => ((pointer = next.clientY), draw()), { signal });
  handle.addEventListener("pointerup", () => finish(true), { signal });
  handle.addEventListener("pointercancel", () => finish(false), { signal });
  addEventListener("keydown", (key) => key.key === "Escape" && finish(false), { signal });
  frame = requestAnimationFrame(scroll);
}
