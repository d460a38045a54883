"""S3's events on EventBridge name the object's version.

MiniStack: `detail.object` has key, size, etag and sequencer, but never `version-id`.
AWS: `detail.object["version-id"]` is there for every object of a versioned bucket.
"""

import contextvars
import json

from emulator.patching import wrap

_version_id: contextvars.ContextVar[str | None] = contextvars.ContextVar('s3_event_version_id', default=None)


def apply() -> None:
    wrap('ministack.services.s3', '_fire_s3_event', 'bucket_name key event_name', _remember_version)
    wrap('ministack.services.eventbridge', '_dispatch_event', 'event', _add_version)


def _remember_version(original):
    def fire(*args, version_id=None, **kwargs):
        token = _version_id.set(version_id)
        try:
            return original(*args, version_id=version_id, **kwargs)
        finally:
            _version_id.reset(token)

    return fire


def _add_version(original):
    def dispatch(event, *args, **kwargs):
        version_id = _version_id.get()
        if version_id and event.get('Source') == 'aws.s3':
            detail = json.loads(event['Detail'])
            detail['object']['version-id'] = version_id
            event = {**event, 'Detail': json.dumps(detail)}
        return original(event, *args, **kwargs)

    return dispatch
