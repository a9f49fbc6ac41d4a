import {
  Composer,
  type Document,
  Lexer,
  type LineCounter,
  Parser,
  type ParsedNode,
  type Tags,
  YAMLParseError,
} from "yaml";
import { DepthGauge } from "./depth";

export interface YamlOptions {
  readonly lineCounter: LineCounter;
  /** Tags beside those of YAML's core schema. */
  readonly customTags?: (core: Tags) => Tags;
}

/**
 * The first document of a text, as `parseDocument` has it; or the line where it is nested too deeply, which is found
 * before the recursive part of the parser sees it.
 */
export function parseYaml(text: string, options: YamlOptions): Document | { tooDeepAt: number } {
  const gauge = new DepthGauge();
  const parser = new Parser(options.lineCounter.addNewLine);
  const composer = new Composer<ParsedNode>({
    ...options,
    merge: true,
    prettyErrors: false,
    stringKeys: true,
  });
  function* tokens() {
    options.lineCounter.addNewLine(0);
    for (const lexeme of new Lexer().lex(text)) {
      gauge.see(lexeme);
      if (gauge.isTooDeep) return;
      yield* parser.next(lexeme);
    }
    yield* parser.end();
  }
  let document: Document | undefined;
  for (const next of composer.compose(tokens(), true, text.length)) {
    if (gauge.isTooDeep) break;
    if (document !== undefined) {
      const [start, end] = next.range;
      document.errors.push(new YAMLParseError([start, end], "MULTIPLE_DOCS", "a second document"));
      break;
    }
    document = next;
  }
  return gauge.isTooDeep || document === undefined ? { tooDeepAt: gauge.line } : document;
}
