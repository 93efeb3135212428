/** A page in two parts, so that its policy holds before anything of it is there. */
export interface Harmless {
  /** HTML of a document with the page's policy and nothing else. */
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
      if (attribute.localName === "href" && !/^(#|data:)/.test(attribute.value)) linked.removeAttributeNode(attribute);
  const policy = page.querySelector("meta[http-equiv=Content-Security-Policy]"); // the first is the server's
  if (!policy) throw new Error("Expected a page with its policy. Received: one without");
  return { empty: `<!doctype html>${policy.outerHTML}`, root: page.documentElement };
}
