/** What a page may load: pictures that it holds itself. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'";
/** More would keep the tab from answering while they are laid out. */
const MOST_ELEMENTS = 20_000;

/** A page in two parts, so that its policy holds before anything of it is there. */
export interface Harmless {
  /** HTML of a document with the policy and nothing else. */
  empty: string;
  /** All of the page, to put into that document as it is: text read twice may be read in two ways. */
  root: Element;
}

/**
 * A page without what Chromium connects to before it asks the policy: frames at once, and links when they are pressed.
 * Nothing would be loaded, but the name of a host, which is looked up, can carry what the page knows.
 */
export function harmless(html: string): Harmless {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const reaching of page.querySelectorAll("iframe, frame, [attributeName$=href i]")) reaching.remove();
  for (const linked of page.querySelectorAll("[*|href]"))
    for (const attribute of [...linked.attributes])
      if (attribute.localName === "href" && !isWithin(linked, attribute.value)) linked.removeAttributeNode(attribute);
  const elements = page.querySelectorAll("*").length;
  if (elements > MOST_ELEMENTS)
    throw new Error(`Expected a page of at most ${MOST_ELEMENTS} elements. Received: ${elements}`);
  const empty = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${POLICY}">`;
  return { empty, root: page.documentElement };
}

/** Whether a link stays within the page; of another page that it holds nothing would be taken out. */
function isWithin(linked: Element, address: string): boolean {
  return address.startsWith("#") || (linked.localName === "image" && address.startsWith("data:image/"));
}
