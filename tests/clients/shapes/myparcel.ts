// What MyParcel declares for each answer, by the name under which `myparcel_answers.py` collects it.
// "client …" is what @myparcel/sdk says that its methods bring; the others are the API's own models, which MyParcel
// publishes in myparcelnl/sdk for PHP (`myparcel_models.ts`). A line for each.
import {
  createPrivateSdk,
  createPublicSdk,
  type ErrorResponse,
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
import type * as models from "./myparcel_models";

const client = createPrivateSdk(new FetchClient(), [
  new GetShipment(),
  new GetShipments(),
  new GetTrackAndTrace(),
  new GetWebhookSubscriptions(),
  new PostShipments(),
  new PostWebhookSubscriptions(),
]);
const open = createPublicSdk(new FetchClient(), [new GetDeliveryOptions(), new GetPickupLocations()]);

// A shipment and its further parcels are one schema, of which the generator keeps more now in the one model, now in the
// other: a member that may be null in one of them may be so in both, and "unknown" in one is what the other says or null.
type Main = models.ShipmentDefsShipment;
type Further = models.SecondaryShipmentResource;
type Shipment = {
  [Key in keyof Main]: Key extends "secondary_shipments"
    ? Shipment[]
    : Key extends keyof Further
      ? unknown extends Main[Key]
        ? Further[Key] | null
        : Main[Key] | Further[Key]
      : never;
};
type Shipments = { data: Omit<models.ShipmentResponsesShipmentsData, "shipments"> & { shipments: Shipment[] } };
type Created = { data: Omit<models.ShipmentResponsesPostShipmentsV12Data, "shipments"> & { shipments: Shipment[] } };

// Which of these the outer form of version 2 is, no source says.
type Rates =
  | { results: models.RefRatesResponseRateV2[] }
  | { items: models.RefRatesResponseRateV2[] }
  | { data: { rates: models.RefRatesResponseRateV2[] } }
  | models.RefRatesResponseRateV2;

// In no model: the page `shipments` of the developer portal.
interface Link {
  data: { pdfs: { url: string } };
}

// In no model: the page `webhooks` of the developer portal.
interface Hooks<Hook> {
  data: { hooks: Hook[] };
}
interface StatusChange {
  shipment_id: number;
  account_id: number;
  shop_id: number;
  status: models.ShipmentDefsShipmentStatus;
  barcode: string;
  shipment_reference_identifier: string;
}
interface LabelCreated {
  status: "success" | "failed";
  shipment_ids: number[];
  printer_identifier: string;
  pdf: string;
}

type Client<M extends (...parameters: never[]) => unknown> = Awaited<ReturnType<M>>;

export interface Answers {
  "GET /shipments": Shipments;
  "GET /shipments/{ids}": Shipments;
  "POST /shipments": models.ShipmentResponsesShipmentIds;
  "POST /shipments, version 1.2": Created;
  "POST /shipments/capabilities": models.CapabilitiesResponsesCapabilitiesV2;
  "POST /shipments/capabilities/contract-definitions": models.CapabilitiesResponsesContractDefinitionsV2;
  "POST /shipments/rates": Rates;
  "GET /shipment_labels/{ids}": Link;
  "GET /v2/shipment_labels/{ids}": { data: { pdf: models.ShipmentResponsesPostShipmentsV12DataPdf } };
  "GET /shipment_labels/{ids}, not paid": models.ShipmentResponsesPaymentInstructions;
  "GET /tracktraces/{ids}": models.ShipmentResponsesTracktraces;
  "POST /return_shipments": models.CommonResponsesDownloadUrl;
  "GET /webhook_subscriptions": models.WebhooksResponsesWebhookSubscriptionsV11;
  "POST /webhook_subscriptions": models.WebhooksResponsesPostWebhookSubscriptions;
  "GET /delivery_options": models.ShipmentResponsesDeliveryOptionsV2;
  "GET /pickup_locations": models.ShipmentResponsesPickupLocations;
  "GET /whoami": models.PrincipalShop | models.PrincipalUser;
  errors: models.CommonResponsesUserError;

  "webhook shipment_status_change": Hooks<StatusChange>;
  "webhook shipment_label_created": Hooks<LabelCreated>;

  "client errors": ErrorResponse;
  "client getDeliveryOptions": Client<typeof open.getDeliveryOptions>;
  "client getPickupLocations": Client<typeof open.getPickupLocations>;
  "client getShipment": Client<typeof client.getShipment>;
  "client getShipments": Client<typeof client.getShipments>;
  "client getTrackAndTrace": Client<typeof client.getTrackAndTrace>;
  "client getWebhookSubscriptions": Client<typeof client.getWebhookSubscriptions>;
  "client postShipments": Client<typeof client.postShipments>;
  "client postWebhookSubscriptions": Client<typeof client.postWebhookSubscriptions>;
}
