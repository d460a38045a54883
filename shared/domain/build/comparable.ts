import type { ModelDefinition } from '../definition/model-definition.ts';

type Compared = Pick<ModelDefinition, 'task' | 'target' | 'id' | 'columns' | 'split'>;

/**
 * Can a champion be measured fairly on a challenger's test rows? Only where both predict the same thing, and where the rows' split
 * follows from the same id: otherwise the champion may have been trained on rows that it would now be tested on. A champion with the
 * larger test share is fine: a row is on the test side when the hash of its id is below the share.
 * @returns why not
 */
export const whyNotComparable = (champion: Compared, challenger: Compared): string | undefined => {
  if (champion.task !== challenger.task || champion.target !== challenger.target)
    return `it predicts ${champion.target} (${champion.task}), this one ${challenger.target} (${challenger.task})`;
  if (splitKey(champion) !== splitKey(challenger))
    return 'its rows were split by another id or group, so it may have been trained on these test rows';
  if (champion.split.test < challenger.split.test)
    return `its test share was ${champion.split.test}, now it is ${challenger.split.test}, so it was trained on some of these test rows`;
  return undefined;
};

/** What the place of a row in the split depends on; the types are part of how an id is written. */
const splitKey = ({ id, columns, split }: Compared): string => {
  const typed = (names: readonly string[]) => names.map((name) => [name, columns[name]?.type]);
  const group = split.group === undefined ? [] : typed([split.group]);
  return JSON.stringify([typed(id.length > 0 ? id : Object.keys(columns).sort()), group]);
};
