import { Logger } from '@aws-lambda-powertools/logger';
import { LOG_LINES, type LogFields, type LogLine } from '../domain/log-lines.ts';

/** One line of JSON a message. Ids and reasons go in, whole payloads never: they may hold people's data. */
export const logger = new Logger({ serviceName: 'modelloop' });

/** Logs one of the lines that dashboards show. */
export const logLine = <Line extends LogLine>(line: Line, fields: LogFields<Line>): void =>
  logger.info(LOG_LINES[line].message, { ...fields });
