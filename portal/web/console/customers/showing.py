"""A customer's page, and putting it away."""

from functools import partial
from uuid import UUID

from flask import flash, g, redirect, url_for

from portal.domain import attention, attributes, customers
from portal.domain.overview import overview
from portal.values import locales, tax_ids
from portal.values.attributes import format_attribute
from portal.web.access import may
from portal.web.console.customer_page import customer_page, head_of
from portal.web.console.customers.blueprint import bp
from portal.web.database import session
from portal.web.filters import reader
from portal.web.toasts import toast


@bp.get("/<uuid:customer_id>")
@may("customer.read")
def show(customer_id: UUID):
    """Show what a customer is: details, addresses, tax, attributes, custom data, notes, and what the customers below hold."""
    customer = customers.look(session(), g.actor, customer_id)
    head = head_of(customer)
    facts = overview(session(), customer.id, head, actor=g.actor)
    definitions = attributes.of_entity(session(), customer.business_entity_id) if head.counts["attributes"] else []
    return customer_page(
        customer,
        "console/customers/show.html",
        section="overview",
        head=head,
        facts=facts,
        matters=attention.of_mail(session(), customers.find(session(), g.actor, customer.id)) if head.unwell else [],
        rollup=facts.rollup,
        languages=locales.LOCALES,
        tax_id_kinds=tax_ids.KINDS,
        written_tax_id=tax_ids.format_tax_id,
        attributes_told=[(one, customer.attributes.get(one.key)) for one in definitions],
        written_attribute=partial(format_attribute, locale=reader()[0]),
    )


@bp.post("/<uuid:customer_id>/archival")
@may("customer.archive")
def archive(customer_id: UUID):
    """Put the customer away; nothing is deleted, and the toast brings it back."""
    customer = customers.find(session(), g.actor, customer_id)
    customers.archive(session(), customer, by=g.actor)
    toast(f"{customer.name} is archived.", undo=url_for("console.customers.restore", customer_id=customer.id))
    return redirect(url_for("console.customers.show", customer_id=customer.id), 303)


@bp.post("/<uuid:customer_id>/restoration")
@may("customer.archive")
def restore(customer_id: UUID):
    """Bring an archived customer back."""
    customer = customers.find(session(), g.actor, customer_id)
    customers.restore(session(), customer, by=g.actor)
    flash(f"{customer.name} is active again.")
    return redirect(url_for("console.customers.show", customer_id=customer.id), 303)
