/** What the server wrote into the page: which stream is paid for, and who may open this page in a frame. */

export interface PayIsland {
  stream: string;
  allowed_origins: string[];
}

/** @throws Error when the page was rendered without it. */
export function readIsland(): PayIsland {
  const text = document.getElementById("pc-data")?.textContent ?? "";
  return JSON.parse(text) as PayIsland;
}

export function allows(island: PayIsland, origin: string): boolean {
  return origin === location.origin || island.allowed_origins.includes(origin);
}
