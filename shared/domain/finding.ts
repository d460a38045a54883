/** What an examination found out about one thing. */
export interface Finding {
  readonly check: string;
  /** `mend`: it will not work as it is. `note`: it works, and somebody should know. `unchecked`: it could not be seen, and `found` says why. */
  readonly status: 'ok' | 'mend' | 'note' | 'unchecked';
  readonly found: string;
  /** What to do about it, where there is something. */
  readonly todo?: string;
}

const finding =
  (status: Finding['status']) =>
  (check: string, found: string, todo?: string): Finding => ({ check, status, found, ...(todo && { todo }) });

export const ok = finding('ok');
export const mend = finding('mend');
export const note = finding('note');
export const unchecked = finding('unchecked');
