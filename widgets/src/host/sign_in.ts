/**
 * The sign-in. Its form stands in the page itself, not in a shadow root, so that password managers find and fill it;
 * this element only carries it out.
 */
import { say } from "./words.js";
import type { HostCalls } from "./calls.js";

/** Only into the panel: the address came from outside. */
export function safeNext(next: string | undefined): string {
  return next && /^\/host(?:[/?#]|$)/.test(next) && !next.includes("//") ? next : "/host";
}

export class HostSignIn extends HTMLElement {
  calls: HostCalls | undefined;
  next: string | undefined;
  #form: HTMLFormElement | null = null;

  connectedCallback(): void {
    this.#form = this.querySelector("form");
    this.#form?.addEventListener("submit", this.#submit);
    this.querySelector("[data-show]")?.addEventListener("click", this.#show);
    this.querySelectorAll("input").forEach((input) => input.addEventListener("input", () => this.#unmark(input)));
    const email = this.#input("email");
    if (email && email.value === "") email.focus();
  }

  disconnectedCallback(): void {
    this.#form?.removeEventListener("submit", this.#submit);
  }

  #input(name: string): HTMLInputElement | null {
    return this.querySelector<HTMLInputElement>(`input[name="${name}"]`);
  }

  #show = (event: Event): void => {
    const button = event.currentTarget as HTMLButtonElement;
    const input = this.#input("password");
    if (!input) return;
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.textContent = shown ? "Hide" : "Show";
    button.setAttribute("aria-pressed", String(shown));
  };

  #mark(name: string, words: string): void {
    const input = this.#input(name);
    const place = this.querySelector(`#${name}-wrong`);
    input?.setAttribute("aria-invalid", "true");
    if (place) place.textContent = words;
  }

  #unmark(input: HTMLInputElement): void {
    input.removeAttribute("aria-invalid");
    const place = this.querySelector(`#${input.name}-wrong`);
    if (place) place.textContent = "";
  }

  #problem(words: string): void {
    const place = this.querySelector<HTMLElement>("[data-pc='sign-in-error']");
    if (!place) return;
    place.textContent = words;
    place.hidden = words === "";
  }

  /** The first field that is wrong, or null. */
  #check(email: string, password: string): string | null {
    let first: string | null = null;
    if (password === "") {
      this.#mark("password", "Enter your password.");
      first = "password";
    }
    if (!/^[^@\s]+@[^@\s]+$/.test(email)) {
      this.#mark("email", email === "" ? "Enter your e-mail address." : "An e-mail address has an @ in it: you@example.com.");
      first = "email";
    }
    return first;
  }

  #submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const email = this.#input("email")?.value.trim() ?? "";
    const password = this.#input("password")?.value ?? "";
    this.#problem("");
    const wrong = this.#check(email, password);
    if (wrong) {
      this.#input(wrong)?.focus();
      return;
    }
    const button = this.querySelector<HTMLButtonElement>("button[type='submit']");
    if (!button || !this.calls || button.dataset["busy"] !== undefined) return;
    const label = button.textContent;
    button.dataset["busy"] = "";
    button.textContent = "Signing in…";
    try {
      await this.calls.signIn(email, password);
      location.assign(safeNext(this.next));
    } catch (error) {
      this.#problem(say(error, "You are not signed in"));
      this.#input("password")?.select();
      this.#input("password")?.focus();
      delete button.dataset["busy"];
      button.textContent = label;
    }
  };
}
