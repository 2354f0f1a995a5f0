/**
 * The truth lane of stock. Levels are absolute, so only the newest counts; each variant remembers the seq that told it,
 * because an acknowledgement and a broadcast may overtake one another with different variants in them.
 */
import type { StockLevels } from "./protocol.gen.js";

export class StockBoard {
  #epoch = "";
  #levels = new Map<string, { seq: number; left: number }>();

  get epoch(): string {
    return this.#epoch;
  }

  /** Units left, or `undefined` when nobody said yet. */
  left(variant: string): number | undefined {
    return this.#levels.get(variant)?.left;
  }

  /** True if something on the screen changes. A new epoch means that the numbers began anew: all older ones are void. */
  tell(news: StockLevels): boolean {
    if (news.epoch !== this.#epoch) {
      this.#epoch = news.epoch;
      // Shown until told anew, but anything of the new epoch is newer.
      for (const level of this.#levels.values()) level.seq = -1;
    }
    let changed = false;
    for (const [variant, left] of Object.entries(news.levels)) {
      const known = this.#levels.get(variant);
      if (known !== undefined && news.seq <= known.seq) continue;
      if (known?.left !== left) changed = true;
      this.#levels.set(variant, { seq: news.seq, left });
    }
    return changed;
  }
}
