import { quote } from "../../words";

/** What is wrong with an http(s) URL that goes into a configuration in plain text; undefined when nothing is. */
export function urlMistake(
  text: string,
  options: { path: boolean } = { path: true },
): string | undefined {
  const url = parse(text);
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === "") {
    return `must be a URL that starts with http:// or https://; got ${quote(withoutUser(text))}`;
  }
  if (url.username !== "" || url.password !== "") {
    return `carries a user or password (for ${url.host}), which would stand in plain text on every machine and in state; remove it`;
  }
  if (!options.path && (url.pathname !== "/" || url.search !== "" || url.hash !== "")) {
    return `must be a URL without a path, or the engine does not start; got ${quote(text)}, use ${quote(url.origin)}`;
  }
  return undefined;
}

function parse(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** A password in a URL must not reach the terminal either. */
function withoutUser(text: string): string {
  return text.replace(/[^/]*@/, "…@");
}
