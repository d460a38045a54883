import { type ObjectAddress, ObjectNotFoundError, type ObjectStore } from '../ports/object-store.ts';

/** A small object that holds JSON; its shape is for the caller to know or to check. @throws ObjectNotFoundError */
export const readJson = async (objects: Pick<ObjectStore, 'read'>, address: ObjectAddress): Promise<unknown> =>
  JSON.parse(new TextDecoder().decode(await objects.read(address)));

/** The same; undefined where there is no such object. */
export const readJsonIfThere = async (objects: Pick<ObjectStore, 'read'>, address: ObjectAddress): Promise<unknown> => {
  try {
    return await readJson(objects, address);
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return undefined;
    throw error;
  }
};
