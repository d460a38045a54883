/** A value for people and for records, which are no copy of the data: at most so many characters. Never splits a character in two. */
export const cut = (value: string, most = 80): string => {
  const characters = [...value.slice(0, 2 * (most + 1))];
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 1).join('')}…`;
};
