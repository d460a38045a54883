import { hanging, WIDTH } from './text.ts';

/** A line with more about it, and what hangs below it. */
export interface Branch {
  readonly label: string;
  readonly facts?: readonly string[];
  readonly children?: readonly Branch[];
}

/** Draws a tree with lines; long facts are wrapped inside `WIDTH` columns. */
export function tree(root: Branch): string {
  const below = ({ facts = [], children = [] }: Branch, indent: string): string[] => {
    const rail = `${indent}${children.length > 0 ? '│  ' : '   '}`;
    return [
      ...facts.flatMap((fact) => hanging(fact, WIDTH - rail.length).map((piece) => `${rail}${piece}`)),
      ...children.flatMap((child, i) => {
        const last = i === children.length - 1;
        return [`${indent}${last ? '└─ ' : '├─ '}${child.label}`, ...below(child, `${indent}${last ? '   ' : '│  '}`)];
      }),
    ];
  };
  return [root.label, ...below(root, '')].map((line) => line.trimEnd()).join('\n');
}
