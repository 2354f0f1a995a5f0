/** Ids made on this side, and a drawer for small values that may be closed to us (private mode, blocked storage). */

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** `prefix_` and 24 random characters: fits the server's `Key` and `Id`. */
export function newKey(prefix: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  let text = "";
  for (const byte of bytes) text += ALPHABET[byte & 31];
  return `${prefix}_${text}`;
}

export interface Drawer {
  get(name: string): string | null;
  set(name: string, value: string): void;
  remove(name: string): void;
}

/** Memory for one page, for tests and for browsers that keep nothing. */
export function memoryDrawer(): Drawer {
  const kept = new Map<string, string>();
  return {
    get: (name) => kept.get(name) ?? null,
    set: (name, value) => void kept.set(name, value),
    remove: (name) => void kept.delete(name),
  };
}

/** The browser's storage where it lets us; what it refuses stays in memory for as long as the page lives. */
export function browserDrawer(kind: "localStorage" | "sessionStorage"): Drawer {
  const memory = memoryDrawer();
  const attempt = <T>(use: (storage: Storage) => T, otherwise: T): T => {
    try {
      return use(globalThis[kind]);
    } catch {
      return otherwise;
    }
  };
  return {
    get: (name) => attempt((storage) => storage.getItem(name), null) ?? memory.get(name),
    set: (name, value) => {
      memory.set(name, value);
      attempt((storage) => storage.setItem(name, value), undefined);
    },
    remove: (name) => {
      memory.remove(name);
      attempt((storage) => storage.removeItem(name), undefined);
    },
  };
}
