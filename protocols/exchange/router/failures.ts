import { Amount, Count, failure, Text } from "../../../core/index.ts"

/** Returned when a venue cannot do its leg of a route: the tag of its own failure, and what that says. */
export class LegRefused extends failure("router/LegRefused", { reason: Text(100), explanation: Text(400) }, ({ reason, explanation }) =>
  `${reason}: ${explanation}`) {}

/** Returned when the attached funds are not one asset. */
export class WrongAsset extends failure("router/WrongAsset", { expected: Text(400), given: Text(600) }, ({ expected, given }) =>
  `${expected} expected, ${given} attached`) {}

/** Returned when a route has no parts, or a part has no legs or no amount. */
export class EmptyPart extends failure("router/EmptyPart", { part: Count }, ({ part }) => `part ${part} has no legs or no amount`) {}

/** Returned when the parts of a route end in different assets: their amounts would have no sum. */
export class EndsDiffer extends failure("router/EndsDiffer", { part: Count }, ({ part }) => `part ${part} ends in another asset than the first`) {}

/** Returned when the parts' amounts do not add up to what is attached. */
export class AmountsDiffer extends failure("router/AmountsDiffer", { attached: Amount, parts: Amount }, ({ attached, parts }) =>
  `the parts take ${parts}, attached are ${attached}`) {}

/** Returned when the minima of the last legs add up to less than the route's own minimum: not even a route that is completed would honour it. */
export class MinimumNotCovered extends failure("router/MinimumNotCovered", { minimumOut: Amount, covered: Amount }, ({ minimumOut, covered }) =>
  `the last legs promise ${covered}, which is below the minimum of ${minimumOut}`) {}
