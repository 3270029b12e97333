// MyParcel's own client, which does what each line on standard input asks and answers with a line of JSON.
// {"call": "postShipments", "with": {"body": [...]}}  ->  {"answer": …} or {"error": {"name", "message", "data"}}
import { createInterface } from "node:readline";
import {
  createPrivateSdk,
  createPublicSdk,
  DeleteWebhookSubscriptions,
  FetchClient,
  GetDeliveryOptions,
  GetPickupLocations,
  GetShipment,
  GetShipments,
  GetTrackAndTrace,
  GetWebhookSubscriptions,
  PostShipments,
  PostWebhookSubscriptions,
} from "@myparcel/sdk";

const client = new FetchClient({
  baseUrl: process.env.MYPARCEL_API,
  headers: { Authorization: `${process.env.SCHEME} ${Buffer.from(process.env.API_KEY).toString("base64")}` },
});
const open = createPublicSdk(new FetchClient({ baseUrl: process.env.MYPARCEL_API }), [
  new GetDeliveryOptions(),
  new GetPickupLocations(),
]);
const closed = createPrivateSdk(client, [
  new DeleteWebhookSubscriptions(),
  new GetShipment(),
  new GetShipments(),
  new GetTrackAndTrace(),
  new GetWebhookSubscriptions(),
  new PostShipments(),
  new PostWebhookSubscriptions(),
]);
const sdk = { ...open, ...closed };

for await (const line of createInterface({ input: process.stdin })) {
  try {
    const { call, with: options } = JSON.parse(line);
    console.log(JSON.stringify({ answer: (await sdk[call](options)) ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ error: { name: error.name, message: error.message, data: error.data ?? null } }));
  }
}
