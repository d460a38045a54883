interface Status {
  /** In SageMaker's word. */
  readonly status: string;
}

const CHANGING = new Set(['Creating', 'Updating', 'SystemUpdating', 'RollingBack', 'Deleting']);
const LOST = new Set(['Failed', 'Deleting']);

/** It goes on by itself, and SageMaker deletes none meanwhile. */
export const isChanging = ({ status }: Status): boolean => CHANGING.has(status);

/** SageMaker takes no update of it any more: under its name another one can be made when it is gone. */
export const isLost = ({ status }: Status): boolean => LOST.has(status);
