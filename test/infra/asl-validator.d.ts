declare module 'asl-validator' {
  /** @param definition a state machine in Amazon States Language */
  export default function validate(definition: object): { readonly isValid: boolean; errorsText(): string };
}
