/** Entry of the host panel: defines its elements and hands each page's element what the server knew. */
import { Api } from "../wire/api.js";
import { Client } from "../wire/client.js";
import { ServerClock } from "../wire/clock.js";
import { browserDrawer } from "../wire/keys.js";
import { HostCalls } from "./calls.js";
import { ChatColumn } from "./chat/column.js";
import { ChatLog } from "./chat/log.js";
import { ChatMenu } from "./chat/menu.js";
import { ChatQuestions } from "./chat/questions.js";
import { SayBox } from "./chat/say_box.js";
import { ChatSettings } from "./chat/settings.js";
import { Moderation } from "./chat/state.js";
import { ChatWaiting } from "./chat/waiting.js";
import { ShopDeliverySettings } from "./home/delivery.js";
import { HostHome } from "./home/page.js";
import { ProductForm } from "./home/product_form.js";
import { ProductsList } from "./home/products.js";
import { ShopSettings } from "./home/shop.js";
import { StockField } from "./home/stock_field.js";
import { StreamForm } from "./home/stream_form.js";
import { StreamsList } from "./home/streams.js";
import { baseOf, island } from "./island.js";
import { PollsColumn } from "./polls/column.js";
import { PollForm } from "./polls/form.js";
import { OptionLines } from "./polls/option_lines.js";
import { Polls } from "./polls/state.js";
import { SalesCurve } from "./report/curve.js";
import { HostReport } from "./report/page.js";
import { ProductTable } from "./report/table.js";
import { ShortcutHelp } from "./show/help.js";
import { LineUpColumn } from "./show/line_up.js";
import { LivingNumbers } from "./show/living.js";
import { HostShow } from "./show/page.js";
import { PinnedList } from "./show/pinned.js";
import { StreamPreview } from "./show/preview.js";
import { Show } from "./show/state.js";
import { HostSignIn } from "./sign_in.js";
import { Ask } from "./ui/ask.js";
import { CopyButton } from "./ui/copy.js";
import { Definition } from "./ui/define.js";
import { Toast } from "./ui/toast.js";

const data = island();
const calls = new HostCalls(new Api({ base: "" }), baseOf(data));

const ELEMENTS: Record<string, CustomElementConstructor> = {
  "pc-ask": Ask,
  "pc-chat-column": ChatColumn,
  "pc-chat-log": ChatLog,
  "pc-chat-menu": ChatMenu,
  "pc-chat-questions": ChatQuestions,
  "pc-chat-settings": ChatSettings,
  "pc-chat-waiting": ChatWaiting,
  "pc-copy": CopyButton,
  "pc-define": Definition,
  "pc-delivery": ShopDeliverySettings,
  "pc-line-up": LineUpColumn,
  "pc-living": LivingNumbers,
  "pc-option-lines": OptionLines,
  "pc-pinned": PinnedList,
  "pc-poll-form": PollForm,
  "pc-polls": PollsColumn,
  "pc-preview": StreamPreview,
  "pc-product-form": ProductForm,
  "pc-product-table": ProductTable,
  "pc-products": ProductsList,
  "pc-sales-curve": SalesCurve,
  "pc-say-box": SayBox,
  "pc-shop": ShopSettings,
  "pc-shortcuts": ShortcutHelp,
  "pc-stock-field": StockField,
  "pc-stream-form": StreamForm,
  "pc-streams": StreamsList,
  "pc-toast": Toast,
  "pc-host-home": HostHome,
  "pc-host-report": HostReport,
  "pc-host-show": HostShow,
  "pc-host-sign-in": HostSignIn,
};
for (const [name, element] of Object.entries(ELEMENTS)) {
  if (!customElements.get(name)) customElements.define(name, element);
}

function newShow(stream: NonNullable<typeof data.stream>): { show: Show; polls: Polls; chat: Moderation } {
  const client = new Client({ base: "", token: async () => (await calls.socketPass()).token });
  const clock = new ServerClock();
  const show = new Show({ calls, client, clock, stream, drawer: browserDrawer("sessionStorage") });
  const polls = new Polls({ calls: calls.polls, client, stream: stream.id });
  const chat = new Moderation({ calls: calls.chat, client, clock, stream: stream.id });
  const again = (): void => {
    void polls.readAnew();
    void chat.readAnew();
  };
  show.onWatched = again;
  client.on("room.stale", ({ since }) => {
    if (since === null) again();
  });
  client.connect();
  return { show, polls, chat };
}

/** The server renders an empty place; the element comes when it has all it needs. */
function open(place: Element): void {
  const make = (name: string, parts: object): void => {
    place.replaceChildren(Object.assign(document.createElement(name), parts));
    place.removeAttribute("aria-busy");
  };
  const { staff, stream } = data;
  switch (place.getAttribute("data-page")) {
    case "home":
      if (staff) make("pc-host-home", { calls, staff });
      break;
    case "show":
      if (stream) make("pc-host-show", { ...newShow(stream), load: () => import("../stream/index.js") });
      break;
    case "report":
      if (stream) make("pc-host-report", { calls, stream });
      break;
  }
}

for (const place of document.querySelectorAll("[data-page]")) open(place);
for (const place of document.querySelectorAll<HostSignIn>("pc-host-sign-in")) {
  place.calls = calls;
  place.next = data.next;
}
