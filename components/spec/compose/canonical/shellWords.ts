/**
 * A command line as the words that a shell would make of it: quotes, backslashes, no variables, no expansion. A message
 * where there is none.
 */
export function shellWords(line: string): string[] | { readonly message: string } {
  const words: string[] = [];
  let word = "";
  let started = false;
  let quote = "";
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (character === "\\" && quote !== "'") {
      at++;
      if (at === line.length) return { message: "ends in a backslash" };
      word += line.charAt(at);
      started = true;
    } else if (quote !== "") {
      if (character === quote) quote = "";
      else word += character;
    } else if (character === "'" || character === '"') {
      quote = character;
      started = true;
    } else if (/\s/.test(character)) {
      if (started) words.push(word);
      word = "";
      started = false;
    } else if (/[;&|<>()]/.test(character)) {
      return {
        message: `has \`${character}\`, which only a shell understands; run one ([sh, -c, …]), or quote it`,
      };
    } else {
      word += character;
      started = true;
    }
  }
  if (quote !== "") return { message: `has a ${quote} without its closing one` };
  if (started) words.push(word);
  return words;
}
