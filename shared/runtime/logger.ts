import { Logger } from '@aws-lambda-powertools/logger';

/** One line of JSON a message. Ids and reasons go in, whole payloads never: they may hold people's data. */
export const logger = new Logger({ serviceName: 'modelloop' });
