//! An object whose kind is known beforehand, as serde reads an enum. Does not look for the kind in the object.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IgnoredAny, IntoDeserializer as _, MapAccess,
    VariantAccess, Visitor,
};
use serde::{Deserialize as _, forward_to_deserialize_any};

/// The variant `kind`, with the members of an object, which may hold others.
pub(super) struct OfKind<'a, D> {
    pub(super) kind: &'a str,
    pub(super) members: D,
}

/// The members alone.
pub(super) struct Members<D>(D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for OfKind<'_, D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        visitor.visit_enum(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de, D: Deserializer<'de>> EnumAccess<'de> for OfKind<'_, D> {
    type Error = D::Error;
    type Variant = Members<D>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Self::Variant), D::Error> {
        let kind: StrDeserializer<'_, D::Error> = self.kind.into_deserializer();
        Ok((seed.deserialize(kind)?, Members(self.members)))
    }
}

impl<'de, D: Deserializer<'de>> VariantAccess<'de> for Members<D> {
    type Error = D::Error;

    fn unit_variant(self) -> Result<(), D::Error> {
        IgnoredAny::deserialize(self.0).map(drop)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, D::Error> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(OneType(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _members: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(OneType(visitor))
    }
}

/// Refuses an object that says twice what it is.
struct OneType<V>(V);

struct OneTypeMembers<A> {
    members: A,
    is_seen: bool,
}

struct Key<'a, K> {
    seed: K,
    is_seen: &'a mut bool,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for OneType<V> {
    type Value = V::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(formatter)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(OneTypeMembers {
            members,
            is_seen: false,
        })
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for OneTypeMembers<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let is_seen = &mut self.is_seen;
        self.members.next_key_seed(Key { seed, is_seen })
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.members.next_value_seed(seed)
    }
}

impl<'de, K: DeserializeSeed<'de>> DeserializeSeed<'de> for Key<'_, K> {
    type Value = K::Value;

    fn deserialize<D: Deserializer<'de>>(self, key: D) -> Result<K::Value, D::Error> {
        key.deserialize_str(self)
    }
}

impl<'de, K: DeserializeSeed<'de>> Visitor<'de> for Key<'_, K> {
    type Value = K::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a member")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<K::Value, E> {
        if name == "type" && std::mem::replace(self.is_seen, true) {
            return Err(E::duplicate_field("type"));
        }
        self.seed.deserialize(name.into_deserializer())
    }
}
