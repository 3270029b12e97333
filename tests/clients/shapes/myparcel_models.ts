// The answers of MyParcel's API as the models of myparcelnl/sdk for PHP declare them (MIT License, Copyright
// (c) 2022 MyParcel), written by `read_models.py`. Do not change by hand.
export type RefCapabilitiesSharedCarrierV2 = "BPOST" | "BRT" | "CHEAP_CARGO" | "DHL_EUROPLUS" | "DHL_FOR_YOU" |
  "DHL_PARCEL_CONNECT" | "DPD" | "GLS" | "INPOST" | "POSTE_ITALIANE" | "POSTNL" | "SPRING" | "TRUNKRS" |
  "UPS_EXPRESS_SAVER" | "UPS_STANDARD" | "VIA_TIM";
export interface RefCapabilitiesSharedContractV2 {
  id: number; type: "MAIN" | "CUSTOM";
}
export type RefShipmentPackageTypeV2 = "PACKAGE" | "MAILBOX" | "UNFRANKED" | "DIGITAL_STAMP" | "PALLET" |
  "SMALL_PACKAGE" | "ENVELOPE";
export interface RefCapabilitiesResponseOptionsOptionV2 {
  isSelectedByDefault: boolean; isRequired: boolean; requires: string[]; excludes: string[];
}
export interface RefTypesMoney {
  currency: "" | "EUR"; amount: number;
}
export interface RefCapabilitiesSharedOptionsInsuranceBaseInsuranceV2InsuredAmount {
  default: RefTypesMoney; min: RefTypesMoney; max: RefTypesMoney;
}
export interface RefCapabilitiesResponseOptionsInsuranceOptionV2 {
  isSelectedByDefault: boolean; isRequired: boolean; requires: string[]; excludes: string[]; insuredAmount?:
  RefCapabilitiesSharedOptionsInsuranceBaseInsuranceV2InsuredAmount; default?: RefTypesMoney; min?: RefTypesMoney; max?:
  RefTypesMoney;
}
export interface RefCapabilitiesResponseOptionsOptionsV2 {
  additionalInsurance?: RefCapabilitiesResponseOptionsOptionV2; deliverAtPostalPoint?:
  RefCapabilitiesResponseOptionsOptionV2; freshFood?: RefCapabilitiesResponseOptionsOptionV2; frozen?:
  RefCapabilitiesResponseOptionsOptionV2; hideSender?: RefCapabilitiesResponseOptionsOptionV2; noTracking?:
  RefCapabilitiesResponseOptionsOptionV2; oversizedPackage?: RefCapabilitiesResponseOptionsOptionV2; priorityDelivery?:
  RefCapabilitiesResponseOptionsOptionV2; printReturnLabelAtDropOff?: RefCapabilitiesResponseOptionsOptionV2;
  recipientOnlyDelivery?: RefCapabilitiesResponseOptionsOptionV2; requiresAgeVerification?:
  RefCapabilitiesResponseOptionsOptionV2; requiresCashOnDelivery?: RefCapabilitiesResponseOptionsOptionV2;
  requiresReceiptCode?: RefCapabilitiesResponseOptionsOptionV2; requiresSignature?:
  RefCapabilitiesResponseOptionsOptionV2; returnOnFirstFailedDelivery?: RefCapabilitiesResponseOptionsOptionV2;
  sameDayDelivery?: RefCapabilitiesResponseOptionsOptionV2; saturdayDelivery?: RefCapabilitiesResponseOptionsOptionV2;
  scheduledCollection?: RefCapabilitiesResponseOptionsOptionV2; tracked?: RefCapabilitiesResponseOptionsOptionV2;
  insurance?: RefCapabilitiesResponseOptionsInsuranceOptionV2;
}
export interface RefTypesValueWithUnit {
  value: number; unit: "g" | "kg" | "cm" | "mm" | "mm3" | "cm3" | "dm3" | "m3";
}
export interface RefCapabilitiesResponsePhysicalPropertiesPhysicalProperty {
  min: RefTypesValueWithUnit; max: RefTypesValueWithUnit; calculation: string;
}
export interface RefCapabilitiesResponsePhysicalPropertiesPhysicalPropertiesV2 {
  weight?: RefCapabilitiesResponsePhysicalPropertiesPhysicalProperty; width?:
  RefCapabilitiesResponsePhysicalPropertiesPhysicalProperty; length?:
  RefCapabilitiesResponsePhysicalPropertiesPhysicalProperty; height?:
  RefCapabilitiesResponsePhysicalPropertiesPhysicalProperty; girth?:
  RefCapabilitiesResponsePhysicalPropertiesPhysicalProperty; volumetricWeight?:
  RefCapabilitiesResponsePhysicalPropertiesPhysicalProperty; volume?:
  RefCapabilitiesResponsePhysicalPropertiesPhysicalProperty; lengthWidthHeightSum?:
  RefCapabilitiesResponsePhysicalPropertiesPhysicalProperty;
}
export type RefTypesDeliveryTypeV2 = "MORNING_DELIVERY" | "STANDARD_DELIVERY" | "EVENING_DELIVERY" | "PICKUP_DELIVERY" |
  "SAME_DAY_DELIVERY" | "EXPRESS_DELIVERY" | "EARLY_MORNING_DELIVERY";
export type RefTypesTransactionTypes = "B2B" | "B2C";
export interface RefCapabilitiesResponseCollo {
  max: number;
}
export interface RefCapabilitiesResponseCapabilityV2 {
  carrier: RefCapabilitiesSharedCarrierV2; contract?: RefCapabilitiesSharedContractV2; packageTypes:
  RefShipmentPackageTypeV2[]; options: RefCapabilitiesResponseOptionsOptionsV2; physicalProperties:
  RefCapabilitiesResponsePhysicalPropertiesPhysicalPropertiesV2; deliveryTypes: RefTypesDeliveryTypeV2[];
  transactionTypes: RefTypesTransactionTypes[]; collo: RefCapabilitiesResponseCollo;
}
export interface CapabilitiesResponsesCapabilitiesV2 {
  results: RefCapabilitiesResponseCapabilityV2[];
}
export interface RefCapabilitiesContractDefinitionsResponseOptionsOptionV2 {
  isSelectedByDefault: boolean; isRequired: boolean;
}
export interface RefCapabilitiesSharedOptionsBaseOptionV2 {
  isSelectedByDefault: boolean; isRequired: boolean;
}
export interface RefCapabilitiesContractDefinitionsResponseOptionsInsuranceOptionV2 {
  isSelectedByDefault: boolean; isRequired: boolean; insuredAmount?:
  RefCapabilitiesSharedOptionsInsuranceBaseInsuranceV2InsuredAmount; default?: RefTypesMoney; min?: RefTypesMoney; max?:
  RefTypesMoney;
}
export interface RefCapabilitiesContractDefinitionsResponseOptionsOptionsV2 {
  additionalInsurance?: RefCapabilitiesContractDefinitionsResponseOptionsOptionV2; deliverAtPostalPoint?:
  RefCapabilitiesContractDefinitionsResponseOptionsOptionV2; freshFood?: RefCapabilitiesSharedOptionsBaseOptionV2;
  frozen?: RefCapabilitiesSharedOptionsBaseOptionV2; hideSender?:
  RefCapabilitiesContractDefinitionsResponseOptionsOptionV2; noTracking?:
  RefCapabilitiesContractDefinitionsResponseOptionsOptionV2; oversizedPackage?:
  RefCapabilitiesContractDefinitionsResponseOptionsOptionV2; priorityDelivery?:
  RefCapabilitiesContractDefinitionsResponseOptionsOptionV2; printReturnLabelAtDropOff?:
  RefCapabilitiesContractDefinitionsResponseOptionsOptionV2; recipientOnlyDelivery?:
  RefCapabilitiesContractDefinitionsResponseOptionsOptionV2; requiresAgeVerification?:
  RefCapabilitiesContractDefinitionsResponseOptionsOptionV2; requiresCashOnDelivery?:
  RefCapabilitiesContractDefinitionsResponseOptionsOptionV2; requiresReceiptCode?:
  RefCapabilitiesContractDefinitionsResponseOptionsOptionV2; requiresSignature?:
  RefCapabilitiesContractDefinitionsResponseOptionsOptionV2; returnOnFirstFailedDelivery?:
  RefCapabilitiesContractDefinitionsResponseOptionsOptionV2; sameDayDelivery?:
  RefCapabilitiesContractDefinitionsResponseOptionsOptionV2; saturdayDelivery?:
  RefCapabilitiesContractDefinitionsResponseOptionsOptionV2; scheduledCollection?:
  RefCapabilitiesContractDefinitionsResponseOptionsOptionV2; tracked?:
  RefCapabilitiesContractDefinitionsResponseOptionsOptionV2; insurance?:
  RefCapabilitiesContractDefinitionsResponseOptionsInsuranceOptionV2;
}
export interface RefCapabilitiesContractDefinitionsResponseContractDefinitionsV2 {
  carrier: RefCapabilitiesSharedCarrierV2; packageTypes: RefShipmentPackageTypeV2[]; options:
  RefCapabilitiesContractDefinitionsResponseOptionsOptionsV2; deliveryTypes: RefTypesDeliveryTypeV2[]; transactionTypes:
  RefTypesTransactionTypes[]; collo: RefCapabilitiesResponseCollo;
}
export interface CapabilitiesResponsesContractDefinitionsV2 {
  items: RefCapabilitiesContractDefinitionsResponseContractDefinitionsV2[];
}
export interface CommonDefsDownloadUrl {
  link: string;
}
export interface CommonResponsesDownloadUrlData {
  download_url: CommonDefsDownloadUrl;
}
export interface CommonResponsesDownloadUrl {
  data: CommonResponsesDownloadUrlData;
}
export type CommonErrorUserCode = unknown;
export interface CommonErrorUser {
  status?: number; code?: CommonErrorUserCode; title?: string; message?: string;
}
export interface CommonResponsesUserError {
  message: string; request_id: string; status_code: number; errors: CommonErrorUser[];
}
export interface RefRatesResponseContractV2 {
  id: number; type: "MAIN" | "CUSTOM";
}
export type RefShipmentShipmentTypeV2 = "EXPRESS" | "FULFILMENT" | "LABEL_PACKAGE" | "MULTI_COLLO" | "RETURN" |
  "RETURN_ERS" | "RETURN_SPECIAL" | "STANDARD";
export interface RefRatesResponsePriceCompositionPriceV2 {
  name: string; key: string; price: RefTypesMoney; vat: RefTypesMoney; priceWithVat: RefTypesMoney;
}
export interface RefRatesResponsePriceCompositionPriceCompositionV2 {
  base: RefRatesResponsePriceCompositionPriceV2; charges: RefRatesResponsePriceCompositionPriceV2[]; discounts:
  RefRatesResponsePriceCompositionPriceV2[]; options: RefRatesResponsePriceCompositionPriceV2[]; other:
  RefRatesResponsePriceCompositionPriceV2[]; total: RefRatesResponsePriceCompositionPriceV2;
}
export interface RefRatesResponseRateV2 {
  carrier: RefCapabilitiesSharedCarrierV2; contract?: RefRatesResponseContractV2; packageType: RefShipmentPackageTypeV2;
  deliveryType?: RefTypesDeliveryTypeV2; shipmentType: RefShipmentShipmentTypeV2; priceComposition:
  RefRatesResponsePriceCompositionPriceCompositionV2;
}
export type CommonDefsTimeZoneType = 0 | 1 | 2 | 3;
export interface CommonDefsDateTime {
  date: string; timezone: string; timezone_type: CommonDefsTimeZoneType;
}
export type ShipmentResponsesDeliveryOptionsDeliveryPossibilityType = unknown;
export type ShipmentResponsesDeliveryOptionsPackageTypeV2 = "package" | "mailbox" | "unfranked" | "digital_stamp" |
  "pallet" | "small_package" | "envelope";
export interface ShipmentDefsDeliveryOptionsDeliveryTimeFrame {
  type: "start" | "end"; date_time: CommonDefsDateTime;
}
export interface ShipmentResponsesDeliveryOptionsDeliveryPossibilityShipmentOptionsInnerSchema {
  type: "boolean"; enum: boolean[];
}
export interface ShipmentResponsesDeliveryOptionsDeliveryPossibilityShipmentOptionsInner {
  name: string; schema: ShipmentResponsesDeliveryOptionsDeliveryPossibilityShipmentOptionsInnerSchema;
}
export interface CommonDefsPrice {
  amount?: number | null; currency: "" | "EUR";
}
export interface ShipmentResponsesDeliveryOptionsDeliveryPossibility {
  type: ShipmentResponsesDeliveryOptionsDeliveryPossibilityType; package_type:
  ShipmentResponsesDeliveryOptionsPackageTypeV2; delivery_time_frames: ShipmentDefsDeliveryOptionsDeliveryTimeFrame[];
  shipment_options: ShipmentResponsesDeliveryOptionsDeliveryPossibilityShipmentOptionsInner[]; price?: CommonDefsPrice;
  identifier?: string; transporter?: string; label_type?: string;
}
export interface ShipmentResponsesDeliveryOptionsDeliveryOptionV2 {
  date: CommonDefsDateTime; possibilities: ShipmentResponsesDeliveryOptionsDeliveryPossibility[];
}
export interface ShipmentResponsesDeliveryOptionsV2Data {
  deliveries: ShipmentResponsesDeliveryOptionsDeliveryOptionV2[];
}
export interface ShipmentResponsesDeliveryOptionsV2 {
  data: ShipmentResponsesDeliveryOptionsV2Data;
}
export interface BillingDefsPaymentDataInvoices {
  id: number; number: string; status: number;
}
export interface BillingDefsPaymentData {
  id: string; hash: string; type: number; notification_hash: string; original_notification_hash: string; paid: 0 | 1;
  price: CommonDefsPrice; payment_url: string; invoices: BillingDefsPaymentDataInvoices;
}
export interface ShipmentResponsesPaymentInstructionsData {
  payment_instructions: BillingDefsPaymentData[];
}
export interface ShipmentResponsesPaymentInstructions {
  data: ShipmentResponsesPaymentInstructionsData;
}
export interface ShipmentResponsesPickupLocationsDefinitionsAddress {
  cc: string; city: string; street: string; postal_code: string; number: string; number_suffix?: string | null;
}
export interface ShipmentResponsesPickupLocationsDefinitionsPossibilitiesInnerMoment {
  start?: CommonDefsDateTime | null;
}
export interface ShipmentResponsesPickupLocationsDefinitionsPossibilitiesInner {
  delivery_type_id: number; delivery_type_name: string; price: number; moment:
  ShipmentResponsesPickupLocationsDefinitionsPossibilitiesInnerMoment;
}
export type RefShipmentLocationType = "retail" | "locker" | "post_office";
export interface ShipmentResponsesPickupLocationsDefinitionsTimeframe {
  start?: CommonDefsDateTime | null; end?: CommonDefsDateTime | null;
}
export interface ShipmentResponsesPickupLocationsDefinitionsOpeningHours {
  monday: ShipmentResponsesPickupLocationsDefinitionsTimeframe[]; tuesday:
  ShipmentResponsesPickupLocationsDefinitionsTimeframe[]; wednesday:
  ShipmentResponsesPickupLocationsDefinitionsTimeframe[]; thursday:
  ShipmentResponsesPickupLocationsDefinitionsTimeframe[]; friday:
  ShipmentResponsesPickupLocationsDefinitionsTimeframe[]; saturday:
  ShipmentResponsesPickupLocationsDefinitionsTimeframe[]; sunday:
  ShipmentResponsesPickupLocationsDefinitionsTimeframe[];
}
export interface ShipmentResponsesPickupLocationsDefinitionsLocation {
  location_name: string; retail_network_id?: string | null; distance: string; latitude: string; longitude: string;
  location_code: string; phone_number?: string | null; type?: RefShipmentLocationType | null; opening_hours:
  ShipmentResponsesPickupLocationsDefinitionsOpeningHours;
}
export interface ShipmentResponsesPickupLocationsDefinitionsPickupLocation {
  address: ShipmentResponsesPickupLocationsDefinitionsAddress; possibilities:
  ShipmentResponsesPickupLocationsDefinitionsPossibilitiesInner[]; location:
  ShipmentResponsesPickupLocationsDefinitionsLocation;
}
export interface ShipmentResponsesPickupLocationsData {
  pickup_locations: ShipmentResponsesPickupLocationsDefinitionsPickupLocation[];
}
export interface ShipmentResponsesPickupLocations {
  data: ShipmentResponsesPickupLocationsData;
}
export type ShipmentDefsShipmentParentId = unknown;
export type RefShipmentType = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;
export type AccountDefsContactPropertiesEmail = string;
export type ShipmentDefsShipmentSenderPropertiesEmail = string;
export interface ShipmentDefsShipmentRecipient {
  person?: unknown | null; first_name?: string; last_name?: string; company?: unknown | null; street?: unknown | null;
  street_additional_info?: unknown | null; number?: unknown | null; number_suffix?: unknown | null; postal_code?:
  unknown | null; city?: unknown | null; state?: unknown | null; area?: unknown | null; phone?: unknown | null;
  account_id?: number; cc: string; region?: string; email?: string | null; billing_email?:
  AccountDefsContactPropertiesEmail | null; secondary_emails?: ShipmentDefsShipmentSenderPropertiesEmail[]; box_number?:
  string; eori_number?: string; vat_number?: string; invalid?: boolean;
}
export type FixedShipmentRecipient = ShipmentDefsShipmentRecipient;
export interface ShipmentDefsShipmentSender {
  account_id?: number; person?: string; first_name?: string; last_name?: string; company?: string | null; street?:
  string; street_additional_info?: string | null; number?: string | null; number_suffix?: string | null; postal_code?:
  string; city?: string; state?: string; cc: string; region?: string | null; area?: string; phone?: string | null;
  email?: string | null; billing_email?: AccountDefsContactPropertiesEmail | null; secondary_emails?:
  ShipmentDefsShipmentSenderPropertiesEmail[] | null; box_number?: string | null; eori_number?: string; vat_number?:
  string; invalid?: boolean;
}
export type ShipmentDefsShipmentStatus = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16 | 17 | 18
  | 19 | 98 | 99 | 100 | 101 | 30 | 31 | 32 | 33 | 34 | 35 | 36 | 37 | 38;
export interface RefTypesPriceEuro {
  currency: "EUR"; amount: number;
}
export type RefTypesIntBoolean = 0 | 1;
export type RefShipmentPackageType = 1 | 2 | 3 | 4 | 5 | 6 | 7;
export interface ShipmentDefsShipmentOptions {
  insurance?: RefTypesPriceEuro; age_check?: RefTypesIntBoolean; cash_on_delivery?: RefTypesMoney; collect?:
  RefTypesIntBoolean; cooled_delivery?: RefTypesIntBoolean; drop_off_at_postal_point?: RefTypesIntBoolean;
  extra_assurance?: RefTypesIntBoolean; fresh_food?: RefTypesIntBoolean; frozen?: RefTypesIntBoolean; hide_sender?:
  RefTypesIntBoolean; large_format?: RefTypesIntBoolean; only_recipient?: RefTypesIntBoolean; priority_delivery?:
  RefTypesIntBoolean; receipt_code?: RefTypesIntBoolean; return?: RefTypesIntBoolean; same_day_delivery?:
  RefTypesIntBoolean; saturday_delivery?: RefTypesIntBoolean; signature?: RefTypesIntBoolean; tracked?:
  RefTypesIntBoolean; package_type: RefShipmentPackageType; delivery_type?: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | null;
  delivery_date?: string; label_description?: string;
}
export interface RefShipmentGeneralSettingsTracktrace {
  bcc?: RefTypesIntBoolean; bcc_email?: AccountDefsContactPropertiesEmail | null; carrier_email_basic_notification?:
  RefTypesIntBoolean; delivery_notification?: RefTypesIntBoolean; delivery_notification_email?: string[];
  disable_auto_detect_pickup?: RefTypesIntBoolean; email_on_handed_to_courier?: RefTypesIntBoolean;
  from_address_company?: string; from_address_email?: string | null; printer_identifier?: string;
  save_recipient_address?: RefTypesIntBoolean; send_track_trace_emails?: RefTypesIntBoolean;
}
export interface RefShipmentGeneralSettings {
  save_recipient_address?: RefTypesIntBoolean; delivery_notification?: RefTypesIntBoolean; delivery_notification_email?:
  string[]; disable_auto_detect_pickup?: RefTypesIntBoolean; printer_identifier?: string; tracktrace?:
  RefShipmentGeneralSettingsTracktrace;
}
export type ShipmentDefsCustomsShipmentType = 1 | 2 | 3 | 4 | 5;
export interface RefShipmentCustomsDeclarationItem {
  description: string; amount: number; weight: number; item_value: RefTypesMoney; classification: string; country?:
  string | null;
}
export interface ShipmentDefsShipmentCustomsDeclaration {
  contents: ShipmentDefsCustomsShipmentType; invoice?: string; eori_number?: string; vat_number?: string;
  vat_number_uk?: string; voec_number?: string; weight: number; items: RefShipmentCustomsDeclarationItem[];
}
export type RefShipmentTransactionStatus = "pending" | "unpaid" | "paid";
export type RefTypesMoneyPropertiesCurrency = "" | "EUR";
export interface RefTypesMoneyNullableAmount {
  currency: RefTypesMoneyPropertiesCurrency; amount?: number | null;
}
export type ShipmentDefsShipmentExternalProvider = unknown;
export type ShipmentDefsShipmentExternalProviderId = unknown;
export type RefTypesCarrier = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16 | 17 | 18 | 19 | 20;
export type AccountDefsPlatformId = 1 | 2 | 3 | 4 | 5 | 6;
export type ShipmentDefsShipmentOrigin = unknown;
export interface ShipmentDefsShipmentPropertiesRecipient {
  person: string; first_name?: string; last_name?: string; company?: string; street?: string; street_additional_info?:
  string; number?: string; number_suffix?: string; postal_code?: string; city?: string; state?: string; area?: string;
  phone?: string; account_id?: number; cc: string; region?: string; email?: string | null; billing_email?:
  AccountDefsContactPropertiesEmail | null; secondary_emails?: ShipmentDefsShipmentSenderPropertiesEmail[]; box_number?:
  string; eori_number?: string; vat_number?: string; invalid?: boolean;
}
export interface ShipmentDefsShipmentPropertiesOptions {
  insurance?: RefTypesPriceEuro; age_check?: RefTypesIntBoolean; cash_on_delivery?: RefTypesMoney; collect?:
  RefTypesIntBoolean; cooled_delivery?: RefTypesIntBoolean; drop_off_at_postal_point?: RefTypesIntBoolean;
  extra_assurance?: RefTypesIntBoolean; fresh_food?: RefTypesIntBoolean; frozen?: RefTypesIntBoolean; hide_sender?:
  RefTypesIntBoolean; large_format?: RefTypesIntBoolean; only_recipient?: RefTypesIntBoolean; priority_delivery?:
  RefTypesIntBoolean; receipt_code?: RefTypesIntBoolean; return?: RefTypesIntBoolean; same_day_delivery?:
  RefTypesIntBoolean; saturday_delivery?: RefTypesIntBoolean; signature?: RefTypesIntBoolean; tracked?:
  RefTypesIntBoolean; package_type: RefShipmentPackageType; delivery_type?: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | null;
  delivery_date?: string; label_description?: string;
}
export interface RefShipmentCustomsDeclaration {
  contents: ShipmentDefsCustomsShipmentType; invoice?: string | null; eori_number?: string | null; vat_number?: string |
  null; vat_number_uk?: string | null; voec_number?: string | null; weight: number; items:
  RefShipmentCustomsDeclarationItem[];
}
export type ShipmentDefsExternalProviderPropertiesDisplayName = "Facebook" | "Google" | "Flespakket.nl" | "Amazon" |
  "Bol.com" | "MyParcel.nl" | "Wix" | "Ecwid" | "Exact Online DE" | "Exact Online NL" | "Etsy";
export type AccountDefsLocationPropertiesNumber = unknown;
export interface AccountDefsContact {
  id?: number; gender?: string | null; first_name?: string | null; last_name?: string | null; email?: string | null;
  phone?: string | null; company?: string | null; street: string; street_additional_info?: string; number:
  AccountDefsLocationPropertiesNumber; number_suffix?: string; postal_code: string; city: string; cc: string; region?:
  string; box_number?: string | null;
}
export type ShipmentDefsShipmentPropertiesMultiColloMainShipmentId = unknown;
export type BillingDefsCurrency = "" | "EUR";
export interface ShipmentDefsShipmentPartnerTracktracesInner {
  uri?: string | null; barcode: string;
}
export interface SecondaryShipmentResource {
  id: number; parent_id: number; account_id: number; shop_id: number; shipment_type: RefShipmentType; recipient:
  ShipmentDefsShipmentPropertiesRecipient; sender: ShipmentDefsShipmentSender; status: ShipmentDefsShipmentStatus;
  options: ShipmentDefsShipmentPropertiesOptions; general_settings: RefShipmentGeneralSettings; pickup: unknown;
  customs_declaration?: RefShipmentCustomsDeclaration | null; physical_properties: unknown; reference_identifier?:
  string | null; transaction_status?: RefShipmentTransactionStatus | null; drop_off_point: unknown; hidden:
  RefTypesIntBoolean; price: RefTypesMoneyNullableAmount; barcode: string; region?: string | null; external_provider?:
  ShipmentDefsExternalProviderPropertiesDisplayName | null; external_provider_id: number; payment_status?: string |
  null; carrier_id: RefTypesCarrier; platform_id: AccountDefsPlatformId; origin: string; user_agent?: string | null;
  secondary_shipments?: unknown; collection_contact?: AccountDefsContact | null; multi_collo_main_shipment_id?:
  ShipmentDefsShipmentPropertiesMultiColloMainShipmentId | null; external_identifier?: string | null; delayed: boolean;
  delivered: boolean; amount?: number | null; currency?: BillingDefsCurrency | null; contract_id?: number | null;
  link_consumer_portal?: string | null; partner_tracktraces?: ShipmentDefsShipmentPartnerTracktracesInner[];
  pickup_request_number?: string | null; order_shipment_identifier?: string | null; shipped_items?: unknown[] | null;
  created: string; modified: string; created_by: number; modified_by: number;
}
export interface ShipmentDefsShipmentCollectionContact {
  id?: number; gender?: string; first_name?: string; last_name: string; email?: string | null; phone: string; company:
  string; street: string; street_additional_info?: string; number: AccountDefsLocationPropertiesNumber; number_suffix?:
  string; postal_code: string; city: string; cc: string; region?: string; box_number?: string;
}
export type ShipmentDefsShipmentCurrency = unknown;
export interface ShipmentDefsShipment {
  id: number; parent_id: ShipmentDefsShipmentParentId; account_id: number; shop_id: number; shipment_type:
  RefShipmentType; recipient: FixedShipmentRecipient; sender: ShipmentDefsShipmentSender; status:
  ShipmentDefsShipmentStatus; options: ShipmentDefsShipmentOptions; general_settings: RefShipmentGeneralSettings;
  pickup: unknown; customs_declaration: ShipmentDefsShipmentCustomsDeclaration; physical_properties: unknown;
  reference_identifier?: string | null; transaction_status?: RefShipmentTransactionStatus | null; drop_off_point:
  unknown; hidden: RefTypesIntBoolean; price: RefTypesMoneyNullableAmount; barcode: string; region: string;
  external_provider: ShipmentDefsShipmentExternalProvider; external_provider_id: ShipmentDefsShipmentExternalProviderId;
  payment_status?: string | null; carrier_id: RefTypesCarrier; platform_id: AccountDefsPlatformId; origin:
  ShipmentDefsShipmentOrigin; user_agent?: string | null; secondary_shipments: SecondaryShipmentResource[];
  collection_contact: ShipmentDefsShipmentCollectionContact; multi_collo_main_shipment_id: ShipmentDefsShipmentParentId;
  external_identifier?: string | null; delayed: boolean; delivered: boolean; amount?: number; currency?:
  ShipmentDefsShipmentCurrency; contract_id: number; link_consumer_portal?: string; partner_tracktraces?:
  ShipmentDefsShipmentPartnerTracktracesInner[]; pickup_request_number?: string; order_shipment_identifier?: unknown;
  shipped_items?: unknown; created: string; modified: string; created_by: number; modified_by: number;
}
export interface ShipmentResponsesPostShipmentsV12DataPdf {
  url: string;
}
export interface ShipmentResponsesPostShipmentsV12DataZpl {
  url: string;
}
export interface ShipmentResponsesPostShipmentsV12Data {
  shipments: ShipmentDefsShipment[]; pdf?: ShipmentResponsesPostShipmentsV12DataPdf; zpl?:
  ShipmentResponsesPostShipmentsV12DataZpl;
}
export interface ShipmentResponsesPostShipmentsV12 {
  data: ShipmentResponsesPostShipmentsV12Data;
}
export interface ShipmentResponsesShipmentIdsDataIdsInner {
  id: number; reference_identifier?: string | null;
}
export interface ShipmentResponsesShipmentIdsData {
  ids: ShipmentResponsesShipmentIdsDataIdsInner[];
}
export interface ShipmentResponsesShipmentIds {
  data: ShipmentResponsesShipmentIdsData;
}
export interface ShipmentResponsesShipmentLabelsData {
  ids: ShipmentResponsesShipmentIdsDataIdsInner[]; pdf: ShipmentResponsesPostShipmentsV12DataPdf; zpl:
  ShipmentResponsesPostShipmentsV12DataZpl;
}
export interface ShipmentResponsesShipmentLabels {
  data: ShipmentResponsesShipmentLabelsData;
}
export interface ShipmentResponsesShipmentsData {
  shipments: ShipmentDefsShipment[]; results: number;
}
export interface ShipmentResponsesShipments {
  data: ShipmentResponsesShipmentsData;
}
export interface ShipmentDefsExternalTrackTraceLink {
  uri: string; barcode: string;
}
export interface RefShipmentShipmentOptions {
  insurance?: RefTypesPriceEuro; age_check?: RefTypesIntBoolean; cash_on_delivery?: RefTypesMoney; collect?:
  RefTypesIntBoolean; cooled_delivery?: RefTypesIntBoolean; drop_off_at_postal_point?: RefTypesIntBoolean;
  extra_assurance?: RefTypesIntBoolean; fresh_food?: RefTypesIntBoolean; frozen?: RefTypesIntBoolean; hide_sender?:
  RefTypesIntBoolean; large_format?: RefTypesIntBoolean; only_recipient?: RefTypesIntBoolean; priority_delivery?:
  RefTypesIntBoolean; receipt_code?: RefTypesIntBoolean; return?: RefTypesIntBoolean; same_day_delivery?:
  RefTypesIntBoolean; saturday_delivery?: RefTypesIntBoolean; signature?: RefTypesIntBoolean; tracked?:
  RefTypesIntBoolean; package_type?: RefShipmentPackageType; delivery_type?: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | null;
  delivery_date?: string; label_description?: string;
}
export interface ShipmentDefsTrackingLocation {
  name: string; cc?: string | null; city?: string | null; postal_code?: string | null; street?: string | null; number?:
  string | null; number_suffix?: string | null; longitude?: number | null; latitude?: number | null;
}
export type ShipmentDefsMainStatus = "registered" | "handed_to_carrier" | "sorting" | "distribution" | "delivered";
export interface ShipmentDefsTrackTraceStatus {
  current: ShipmentDefsShipmentStatus; main?: ShipmentDefsMainStatus | null; final: boolean;
}
export interface ShipmentDefsCarrierTrackTraceEvent {
  code: string; status?: ShipmentDefsShipmentStatus | null; main?: ShipmentDefsMainStatus | null; description: string;
  time: string; delayed: boolean; location: ShipmentDefsTrackingLocation;
}
export type ShipmentDefsDeliveryMomentPropertiesType = "estimated" | "expected";
export interface ShipmentDefsDeliveryMomentPropertiesTimeFrame {
  start?: CommonDefsDateTime | null; end?: CommonDefsDateTime | null;
}
export interface ShipmentDefsTrackTraceProofOfDelivery {
  content: string; content_type: string;
}
export interface ShipmentDefsTrackTrace {
  shipment_id: number; carrier: RefTypesCarrier; code: string; description: string; time: string; link_consumer_portal:
  string; link_tracktrace: string; partner_tracktraces: ShipmentDefsExternalTrackTraceLink[]; recipient:
  FixedShipmentRecipient; sender: ShipmentDefsShipmentSender; options: RefShipmentShipmentOptions; pickup: unknown;
  delayed: boolean; location: ShipmentDefsTrackingLocation; status: ShipmentDefsTrackTraceStatus; history:
  ShipmentDefsCarrierTrackTraceEvent[]; delivery_moment_type?: ShipmentDefsDeliveryMomentPropertiesType | null;
  delivery_moment?: ShipmentDefsDeliveryMomentPropertiesTimeFrame; signature?: ShipmentDefsTrackTraceProofOfDelivery |
  null; returnable?: boolean;
}
export interface ShipmentResponsesTracktracesData {
  tracktraces: ShipmentDefsTrackTrace[];
}
export interface ShipmentResponsesTracktraces {
  data: ShipmentResponsesTracktracesData;
}
export interface WebhooksResponsesPostWebhookSubscriptionsDataIdsInner {
  id: number;
}
export interface WebhooksResponsesPostWebhookSubscriptionsData {
  ids: WebhooksResponsesPostWebhookSubscriptionsDataIdsInner[];
}
export interface WebhooksResponsesPostWebhookSubscriptions {
  data: WebhooksResponsesPostWebhookSubscriptionsData;
}
export interface WebhooksResponsesWebhookV11 {
  id: number; account_id: number; shop_id: number; hook: string; url: string; payload?: string | null;
}
export interface WebhooksResponsesWebhookSubscriptionsV11Data {
  webhook_subscriptions: WebhooksResponsesWebhookV11[];
}
export interface WebhooksResponsesWebhookSubscriptionsV11 {
  data: WebhooksResponsesWebhookSubscriptionsV11Data;
}
export type Platform = "MYPARCEL_BE" | "MYPARCEL_NL" | "MYPARCEL_IT";
export type Feature = "ORDER_MANAGEMENT" | "LEGACY_ORDER_MANAGEMENT" | "AUTO_ORDER_IMPORT" | "BOL_DOT_COM_VVB_SHIPMENTS"
  | "CUSTOM_CONTRACTS" | "DIRECT_PRINTING" | "DISABLE_LABEL_HEADLINE" | "EXTENDED_SHIPPING_RULES" |
  "NESTED_SHIPMENT_LABEL_ON_PACKING_SLIP" | "ORDER_INVOICE" | "ORDER_NOTES" | "ORDER_PICKLIST" |
  "RETURN_LINK_ON_PACKING_SLIP" | "SAVE_ORDER_SORTING_SETTING" | "SCAN_MODE" | "SHIPMENT_BULK_CREATE_FROM_ADDRESS_BOOK"
  | "SHIPMENT_BULK_EDITS" | "SHIPMENT_DISCOUNT" | "SHOP_LOGO_ON_PACKING_SLIP" | "TIER1_ANALYTICS" | "TIER2_ANALYTICS" |
  "TIER3_ANALYTICS" | "TIER4_ANALYTICS" | "TRACK_TRACE_EMAIL_SECONDARY_RECIPIENTS" |
  "UNLIMITED_SHIPMENTS_PER_ORDER_LINE" | "UNLIMITED_SHIPPING_RULES";
export type FulfilmentPlatform = "VASCO";
export type PrincipalType = unknown;
export type RoleShop = "SHOP_DEFAULT";
export interface PrincipalShop {
  accountId: string; platform: Platform; features?: Feature[]; fulfilmentPlatforms?: FulfilmentPlatform[];
  impersonator?: PrincipalType; id: string; type: "SHOP"; role: RoleShop; shopIds: string[];
}
export type RoleUser = "ADMIN_CS" | "ADMIN_CS_ADVANCED" | "ADMIN_FINANCE" | "ADMIN_IT_SUPPORT" | "ADMIN_SALES" |
  "ADMIN_SUPER" | "CUSTOMER_ADMIN" | "CUSTOMER_FINANCIAL" | "CUSTOMER_FUNCTIONAL_MANAGER" | "CUSTOMER_MAIN" |
  "CUSTOMER_MARKETING" | "CUSTOMER_SERVICE" | "CUSTOMER_SUB" | "CUSTOMER_WAREHOUSE";
export interface PrincipalUser {
  accountId: string; platform: Platform; features?: Feature[]; fulfilmentPlatforms?: FulfilmentPlatform[];
  impersonator?: PrincipalType; id: string; type: "USER"; role: RoleUser; shopIds: string[];
}
