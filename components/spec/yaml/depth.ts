import { Lexer } from "yaml";

/** Nesting that no spec comes near, and that the recursive parser takes without harm. */
const maxDepth = 200;

/** The line where a text is nested too deeply for the parser, found without parsing; undefined when it is not. */
export function lineNestedTooDeeply(text: string): number | undefined {
  let line = 1;
  let flow = 0;
  let block = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === "[" || token === "{") flow++;
    else if (token === "]" || token === "}") flow--;
    else if (token === "-" || token === "?") block++;
    else if (/^ +$/.test(token)) block += token.length;
    else if (token.includes("\n")) {
      line += token.split("\n").length - 1;
      block = 0;
    }
    if (flow + block > maxDepth) return line;
  }
  return undefined;
}
