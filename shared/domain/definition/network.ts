import * as z from 'zod';

/** Where in a company's network something runs. */
export const network = z.strictObject({
  subnets: z
    .array(z.string().regex(/^subnet-[0-9a-f]+$/, 'a subnet looks like subnet-0123456789abcdef0'))
    .min(1)
    .max(16)
    .describe('Private subnets, in several availability zones.'),
  securityGroups: z
    .array(z.string().regex(/^sg-[0-9a-f]+$/, 'a security group looks like sg-0123456789abcdef0'))
    .min(1)
    .max(5)
    .describe('They must let HTTPS out.'),
});
export type Network = z.infer<typeof network>;
