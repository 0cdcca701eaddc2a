SELECT r.id AS refund_id,
       r.order_id,
       o.customer_id,
       r.refunded_at,
       r.amount,
       r.reason
  FROM refunds r
  JOIN orders o ON o.id = r.order_id
 WHERE o.customer_id IS NOT NULL
   AND r.refunded_at >= :since
   /* scope: r.id */
