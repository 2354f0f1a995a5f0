/** What a person typed as an address, held against what the server takes. Pure. */

const ADDRESS = /^(https?:\/\/|\/)[^\s"'<>]*$/;

/** Guessed from the ending; a person may say otherwise. */
export function guessKind(address: string): "file" | "hls" {
  const path = address.split(/[?#]/)[0] ?? "";
  return /\.m3u8?$/i.test(path) ? "hls" : "file";
}

/** What is wrong with an address, in words; empty when nothing is. */
export function addressProblem(address: string, what: string): string {
  if (address === "") return `Enter the address of ${what}.`;
  if (/\s/.test(address)) return "An address has no spaces in it.";
  if (/["'<>]/.test(address)) return "An address has no quotes or angle brackets in it.";
  if (!ADDRESS.test(address)) return "Begin with https:// (or with / for a file on this server).";
  if (address.length > 1000) return "That address is too long (at most 1,000 characters).";
  return "";
}

/**
 * An origin as a browser sends it, from whatever a person pasted: a path and a trailing slash are cut off.
 * `problem` is empty when it can be used.
 */
export function asOrigin(text: string): { origin: string; problem: string; cut: boolean } {
  const typed = text.trim();
  const none = { origin: "", cut: false };
  if (typed === "") return { ...none, problem: "Enter an address, such as https://example.com." };
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`;
  if (typed.includes("*")) {
    return { ...none, problem: "A star does not work here: add each site by itself, with www. as one of its own." };
  }
  let address: URL;
  try {
    address = new URL(whole);
  } catch {
    return { ...none, problem: "That is not a web address. It looks like https://example.com." };
  }
  if (address.protocol !== "https:" && address.protocol !== "http:") {
    return { ...none, problem: "Only http:// and https:// pages can show a stream." };
  }
  if (address.username !== "" || address.password !== "") {
    return { ...none, problem: "Leave the name and password out of the address." };
  }
  const { origin } = address;
  if (!/^https?:\/\/[A-Za-z0-9.\-[\]:]+$/.test(origin)) return { ...none, problem: "That host name can't be used." };
  return { origin, problem: "", cut: whole.replace(/\/$/, "").toLowerCase() !== origin.toLowerCase() };
}
