/**
 * What this viewer holds or waits for, kept by the browser: a page that is loaded again, and the other tabs, know of it and
 * by what name. The server alone knows whether it is still so. No DOM in here.
 */
import type { Drawer } from "../wire/keys.js";
import type { Item } from "./item.js";

export interface Entry {
  item: Item;
  hold?: string;
  ticket?: number;
  /** The hold came by the line. */
  offered?: boolean;
}

export class Kept {
  readonly name: string;
  readonly #drawer: Drawer;

  constructor(drawer: Drawer, stream: string) {
    this.#drawer = drawer;
    this.name = `proofcast:mine:${stream}`;
  }

  /** By variant. */
  all(): Record<string, Entry> {
    try {
      return JSON.parse(this.#drawer.get(this.name) ?? "{}") as Record<string, Entry>;
    } catch {
      return {};
    }
  }

  get(variant: string): Entry | undefined {
    return this.all()[variant];
  }

  put(entry: Entry): void {
    this.#write({ ...this.all(), [entry.item.variant]: entry });
  }

  remove(variant: string): void {
    const { [variant]: _gone, ...others } = this.all();
    this.#write(others);
  }

  #write(entries: Record<string, Entry>): void {
    if (Object.keys(entries).length === 0) this.#drawer.remove(this.name);
    else this.#drawer.set(this.name, JSON.stringify(entries));
  }
}
