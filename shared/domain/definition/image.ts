import * as z from 'zod';
import { IMAGE } from '../build/container-images.ts';

export const image = z
  .string()
  .regex(
    IMAGE,
    'an image is sagemaker-xgboost:<tag>, or <account>.dkr.ecr.<region>.amazonaws.com/<repository> with :<tag> or @<digest>',
  );
