// What Wix's packages declare for each answer, by the name under which `wix_answers.py` collects it.
// A line for each: an answer without a type here is an error, and a type without an answer is a difference.
import * as appInstances from "@wix/auto_sdk_app-management_app-instances";
import type * as appInstancesRest from "@wix/auto_sdk_app-management_app-instances/meta";
import * as orderFulfillments from "@wix/auto_sdk_ecom_order-fulfillments";
import type * as fulfillmentsRest from "@wix/auto_sdk_ecom_order-fulfillments/meta";
import * as orders from "@wix/auto_sdk_ecom_orders";
import type * as ordersRest from "@wix/auto_sdk_ecom_orders/meta";
import type { ErrorResponseDetails, ErrorResponseMessage } from "@wix/error-handler-types";
import { type AppStrategy, createClient } from "@wix/sdk";

const client = createClient({ modules: { appInstances, orderFulfillments, orders } });

// The answer of the REST API, in REST's names, as the package's own description of the method has it.
type Rest<M extends () => { __originalResponseType: unknown }> = ReturnType<M>["__originalResponseType"];
// What the client makes of it. Its functions take the event or the call; the answer is what the promise brings.
type Client<M extends (...parameters: never[]) => unknown> = Awaited<ReturnType<M>>;
// An event as the client gives it to a handler.
type Handled<M extends (handler: never) => unknown> =
  Parameters<M>[0] extends (event: infer Event) => unknown ? Event : never;

// The declared members `entityAsJson`, `currentEntityAsJson` and `bodyAsJson` are texts; the content of each is compared
// under a name of its own ("… entity"). Wix's samples show it as an object in its place: the switch `webhook_payload`.
type Content<Name extends string, Value> = { [Key in Name]?: Value };
type DomainEvent = Omit<
  ordersRest.DomainEventOriginal,
  "createdEvent" | "updatedEvent" | "deletedEvent" | "actionEvent"
>;
type Created<Value> = DomainEvent & { createdEvent?: Content<"entity", Value> };
type Updated<Value> = DomainEvent & { updatedEvent?: Content<"currentEntity", Value> };
type Action<Value> = DomainEvent & { actionEvent?: Content<"body", Value> };

// The envelope is declared with an object in `identity`; on the wire it is a text, which the client parses.
type Envelope = Omit<ordersRest.MessageEnvelopeOriginal, "identity"> & { identity?: string };

// Declared by no type of Wix's: what AppStrategy of @wix/sdk reads of the answer of POST /oauth2/token.
interface Token {
  access_token: string;
  expires_in: number;
  token_type?: "Bearer";
}

// Wix's error bodies.
type Failure = ErrorResponseMessage & ErrorResponseDetails;

export interface Answers {
  "POST /oauth2/token": Token;
  "POST /oauth2/token-info": Client<AppStrategy["getTokenInfo"]>;
  "GET /apps/v1/instance": Rest<typeof appInstancesRest.getAppInstance>;
  "POST /ecom/v1/orders/search": Rest<typeof ordersRest.searchOrders>;
  "GET /ecom/v1/orders/{id}": Rest<typeof ordersRest.getOrder>;
  "PATCH /ecom/v1/orders/{id}": Rest<typeof ordersRest.updateOrder>;
  "POST /ecom/v1/orders/{id}/cancel": Rest<typeof ordersRest.cancelOrder>;
  "GET /ecom/v1/fulfillments/orders/{id}": Rest<typeof fulfillmentsRest.listFulfillmentsForSingleOrder>;
  "POST /ecom/v1/fulfillments/list-by-ids": Rest<typeof fulfillmentsRest.listFulfillmentsForMultipleOrders>;
  "POST …/create-fulfillment": Rest<typeof fulfillmentsRest.createFulfillment>;
  "PATCH /ecom/v1/fulfillments/{id}/orders/{id}": Rest<typeof fulfillmentsRest.updateFulfillment>;
  "DELETE /ecom/v1/fulfillments/{id}/orders/{id}": Rest<typeof fulfillmentsRest.deleteFulfillment>;
  "POST …/bulk/create-fulfillments": Rest<typeof fulfillmentsRest.bulkCreateFulfillments>;
  errors: Failure;

  "webhook envelope": Envelope;
  "webhook identity": ordersRest.IdentificationDataOriginal;
  "webhook, as declared": ordersRest.DomainEventOriginal;
  "webhook wix.ecom.v1.order_created": Created<ordersRest.OrderOriginal>;
  "webhook wix.ecom.v1.order_updated": Updated<ordersRest.OrderOriginal>;
  "webhook wix.ecom.v1.order_approved": Action<ordersRest.OrderApprovedOriginal>;
  "webhook wix.ecom.v1.order_canceled": Action<ordersRest.OrderCanceledEventOrderCanceledOriginal>;
  "webhook wix.ecom.v1.order_committed": Action<ordersRest.OrderDeltasCommittedOriginal>;
  "webhook wix.ecom.v1.order_payment_status_updated": Action<ordersRest.PaymentStatusUpdatedOriginal>;
  "webhook wix.ecom.v1.fulfillments_updated": Updated<fulfillmentsRest.OrderWithFulfillmentsOriginal>;
  "webhook wix.ecom.v1.order_fulfilled": Action<ordersRest.FulfillmentStatusUpdatedOriginal>;
  "webhook AppInstalled": appInstancesRest.AppInstalledOriginal;
  "webhook AppRemoved": appInstancesRest.AppRemovedOriginal;

  "client appInstances.getAppInstance": Client<typeof client.appInstances.getAppInstance>;
  "client orders.searchOrders": Client<typeof client.orders.searchOrders>;
  "client orders.getOrder": Client<typeof client.orders.getOrder>;
  "client orderFulfillments.listFulfillmentsForSingleOrder": Client<typeof client.orderFulfillments.listFulfillmentsForSingleOrder>;
  "client orderFulfillments.listFulfillmentsForMultipleOrders": Client<
    typeof client.orderFulfillments.listFulfillmentsForMultipleOrders
  >;
  "client orderFulfillments.createFulfillment": Client<typeof client.orderFulfillments.createFulfillment>;
  "client orderFulfillments.updateFulfillment": Client<typeof client.orderFulfillments.updateFulfillment>;
  "client orderFulfillments.deleteFulfillment": Client<typeof client.orderFulfillments.deleteFulfillment>;
  "client orderFulfillments.bulkCreateFulfillments": Client<typeof client.orderFulfillments.bulkCreateFulfillments>;
  "client onAppInstanceInstalled": Handled<typeof client.appInstances.onAppInstanceInstalled>;
  "client onAppInstanceRemoved": Handled<typeof client.appInstances.onAppInstanceRemoved>;
  "client onFulfillmentsUpdated": Handled<typeof client.orderFulfillments.onFulfillmentsUpdated>;
  "client onOrderApproved": Handled<typeof client.orders.onOrderApproved>;
  "client onOrderCanceled": Handled<typeof client.orders.onOrderCanceled>;
  "client onOrderCommitted": Handled<typeof client.orders.onOrderCommitted>;
  "client onOrderCreated": Handled<typeof client.orders.onOrderCreated>;
  "client onOrderFulfilled": Handled<typeof client.orders.onOrderFulfilled>;
  "client onOrderPaymentStatusUpdated": Handled<typeof client.orders.onOrderPaymentStatusUpdated>;
  "client onOrderUpdated": Handled<typeof client.orders.onOrderUpdated>;
}
