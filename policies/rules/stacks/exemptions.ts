import { stackRule } from "../../core/rule";

export default stackRule({
  id: "SLW-STK-004",
  title: "Exemptions are looked at again before their last day",
  severity: "medium",
  rationale: "An exemption that nobody looks at again is a rule that nobody keeps.",
  remedy:
    "Mend what is exempted, or have its owner give the exemption a new last day, with the reason why it still holds.",
  references: [
    { source: "NSA", name: "Upgrading and application security practices: periodic reviews" },
  ],
  check: (stack, _, report) => {
    for (const one of stack.expired) report(`the exemption of ${one} has expired`);
  },
});
