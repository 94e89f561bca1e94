"""The catalogue of what is sent: the product's own topics, and those of the marketing class that the installation made."""

from portal.domain.topics.catalogue import BILLING, CHOICES, DAILY, ESSENTIAL, MANNERS, MARKETING, TOPICS, Topic
from portal.domain.topics.changing import LABEL_LENGTH, NoSuchTopic, TooManyTopics, TopicTaken, add, change, set_hidden
from portal.domain.topics.reading import OWN, all_topics, choices, find

__all__ = [
    "BILLING",
    "CHOICES",
    "DAILY",
    "ESSENTIAL",
    "LABEL_LENGTH",
    "MANNERS",
    "MARKETING",
    "OWN",
    "TOPICS",
    "NoSuchTopic",
    "TooManyTopics",
    "Topic",
    "TopicTaken",
    "add",
    "all_topics",
    "change",
    "choices",
    "find",
    "set_hidden",
]
