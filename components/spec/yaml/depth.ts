/** Nesting that no spec comes near, and that the recursive parser takes without harm. */
const maxDepth = 200;

/** Watches how deeply a text is nested while it is taken apart, without parsing it. */
export class DepthGauge {
  /** Line that was reached. */
  line = 1;
  private flow = 0;
  private block = 0;

  /** Takes the next lexeme of the YAML lexer. */
  see(lexeme: string): void {
    if (lexeme.length === 1) {
      if (lexeme === "[" || lexeme === "{") this.flow++;
      else if (lexeme === "]" || lexeme === "}") this.flow--;
      else if (lexeme === "-" || lexeme === "?") this.block++;
    }
    if (lexeme.startsWith(" ")) {
      if (/^ +$/.test(lexeme)) this.block += lexeme.length;
    } else if (lexeme.includes("\n")) {
      this.line += lexeme.split("\n").length - 1;
      this.block = 0;
    }
  }

  get isTooDeep(): boolean {
    return this.flow + this.block > maxDepth;
  }
}
