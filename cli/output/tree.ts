import { WIDTH } from './text.ts';

/** A line with more about it, and what hangs below it. */
export interface Branch {
  readonly label: string;
  readonly facts?: readonly string[];
  readonly children?: readonly Branch[];
}

/** Cuts a text into pieces of at most `width`; colours count, so keep them to short labels. */
const wrapped = (text: string, width: number): string[] => {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += width) pieces.push(text.slice(at, at + width));
  return pieces.length > 0 ? pieces : [''];
};

/** Draws a tree with lines; long facts are wrapped inside `WIDTH` columns. */
export function tree(root: Branch): string {
  const below = ({ facts = [], children = [] }: Branch, indent: string): string[] => {
    const rail = `${indent}${children.length > 0 ? '│  ' : '   '}`;
    return [
      ...facts.flatMap((fact) => wrapped(fact, WIDTH - rail.length).map((piece) => `${rail}${piece}`)),
      ...children.flatMap((child, i) => {
        const last = i === children.length - 1;
        return [`${indent}${last ? '└─ ' : '├─ '}${child.label}`, ...below(child, `${indent}${last ? '   ' : '│  '}`)];
      }),
    ];
  };
  return [root.label, ...below(root, '')].map((line) => line.trimEnd()).join('\n');
}
