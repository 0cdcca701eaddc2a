SELECT s.id AS subscription_id,
       s.customer_id,
       s.canceled_at,
       s.plan
  FROM subscriptions s
 WHERE s.status = 'canceled'
   AND s.canceled_at >= :since
   /* scope: s.id */
