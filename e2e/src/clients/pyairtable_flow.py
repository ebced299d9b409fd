"""pyairtable's own webhook methods against a base: each command prints JSON.

  create  BASE_URL TOKEN BASE_ID NOTIFY_URL SPECIFICATION
  list    BASE_URL TOKEN BASE_ID
  toggle  BASE_URL TOKEN BASE_ID WEBHOOK_ID
  pages   BASE_URL TOKEN BASE_ID WEBHOOK_ID
  refresh BASE_URL TOKEN BASE_ID WEBHOOK_ID
  delete  BASE_URL TOKEN BASE_ID WEBHOOK_ID
  verify  BODY HEADER SECRET
"""

import json
import sys

from pyairtable import Api
from pyairtable.models import WebhookNotification


def listed(webhook):
    return {
        "id": webhook.id,
        "notifying": webhook.are_notifications_enabled,
        "enabled": webhook.is_hook_enabled,
        "cursor": webhook.cursor_for_next_payload,
        "expires": webhook.expiration_time and webhook.expiration_time.isoformat(),
        "success": webhook.last_notification_result and webhook.last_notification_result.success,
        "dataTypes": webhook.specification.options.filters.data_types,
    }


def main(command, *args):
    if command == "verify":
        body, header, secret = args
        notification = WebhookNotification.from_request(body, header, secret)
        return {"base": notification.base.id, "webhook": notification.webhook.id}
    base_url, token, base_id, *rest = args
    base = Api(token, endpoint_url=base_url).base(base_id)
    if command == "create":
        notify_url, specification = rest
        created = base.add_webhook(notify_url, json.loads(specification))
        return {
            "id": created.id,
            "secret": created.mac_secret_base64,
            "expires": created.expiration_time.isoformat(),
        }
    if command == "list":
        return [listed(webhook) for webhook in base.webhooks()]
    webhook = base.webhook(rest[0])
    if command == "toggle":
        webhook.disable_notifications()
        off = base.webhook(rest[0]).are_notifications_enabled
        webhook.enable_notifications()
        return {"off": off, "on": base.webhook(rest[0]).are_notifications_enabled}
    if command == "pages":
        return [
            {
                "cursor": payload.cursor,
                "number": payload.base_transaction_number,
                "source": payload.action_metadata.source,
                "tables": list(payload.changed_tables_by_id),
            }
            for payload in webhook.payloads()
        ]
    if command == "refresh":
        before = webhook.expiration_time.isoformat()
        webhook.extend_expiration()
        return {"before": before, "after": webhook.expiration_time}
    if command == "delete":
        webhook.delete()
        return [other.id for other in base.webhooks()]
    raise ValueError(command)


print(json.dumps(main(*sys.argv[1:])))
